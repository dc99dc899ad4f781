"""Resources of the REST API that combine several rooms."""
