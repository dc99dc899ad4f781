"""Resources of the REST API that are composed from several rooms."""
