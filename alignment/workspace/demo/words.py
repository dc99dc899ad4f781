"""What the demo is made of. Every company and person is invented; every domain ends in .example."""

FIRST = (
    "Amber Blue Cedar Copper Crimson Distant Eastern Ember Fern Golden Granite Green Harbor Hazel "
    "Indigo Iron Ivory Juniper Lantern Linden Lunar Maple Marble Meadow Midnight Mill Nimble "
    "North Oak Old Olive Opal Orchard Paper Pine Prairie Quiet Rapid Raven River Rowan Sable "
    "Saffron Salt Silver Slate Solar Spruce Summit Swift Tidal Timber Umber Velvet Violet Walnut "
    "Wandering Western Willow Winter"
).split()
SECOND = (
    "Anchor Badger Bridge Canyon Compass Crane Falcon Ferry Field Fox Gate Grove Harvest Heron "
    "Hollow Kestrel Kettle Lark Ledger Lighthouse Lynx Mesa Moose Otter Owl Pier Quarry Ridge "
    "Sparrow Spring Station Stone Thistle Trail Valley Wagon Wharf Wren"
).split()

# NAICS code, what such a company is called, how it describes its trade, share of the accounts.
TRADES = (
    ("513210", ("Software", "Systems", "Cloud"), "Software publishers", 22),
    ("541512", ("Consulting", "Digital"), "Computer systems design services", 14),
    ("518210", ("Data", "Hosting"), "Computing infrastructure and data processing", 8),
    ("522320", ("Payments", "Financial"), "Financial transactions processing", 8),
    ("524126", ("Insurance", "Mutual"), "Property and casualty insurance carriers", 7),
    ("332710", ("Machine Works", "Manufacturing"), "Machine shops", 8),
    ("339112", ("Medical", "Instruments"), "Surgical and medical instrument manufacturing", 5),
    ("423430", ("Distribution", "Supply"), "Computer and peripheral wholesalers", 5),
    ("445110", ("Markets", "Grocers"), "Supermarkets", 5),
    ("484121", ("Freight", "Logistics"), "General freight trucking", 6),
    ("621111", ("Clinics", "Health"), "Offices of physicians", 5),
    ("611310", ("University", "College"), "Colleges and universities", 3),
    ("921110", ("County Office", "City Board"), "Public administration", 4),
)

# City, state, metropolitan area, ZIP.
PLACES = (
    ("San Francisco", "CA", "41860", "94105"),
    ("San Jose", "CA", "41940", "95113"),
    ("New York", "NY", "35620", "10016"),
    ("Boston", "MA", "14460", "02110"),
    ("Austin", "TX", "12420", "78701"),
    ("Dallas", "TX", "19100", "75201"),
    ("Chicago", "IL", "16980", "60606"),
    ("Denver", "CO", "19740", "80202"),
    ("Seattle", "WA", "42660", "98101"),
    ("Atlanta", "GA", "12060", "30303"),
    ("Raleigh", "NC", "39580", "27601"),
    ("Minneapolis", "MN", "33460", "55402"),
)

GIVEN = (
    "Alma Andre Bianca Caleb Carmen Dana Diego Eleanor Elias Farah Felix Gloria Grant Hana Hugo "
    "Imani Isaac Jade Jonas Keiko Kofi Leila Liam Mara Mateo Nadia Noah Opal Oscar Priya Quinn "
    "Rafael Rosa Samir Sofia Tariq Thea Uma Victor Wanda Xavier Yara Zane"
).split()
FAMILY = (
    "Abara Bell Castellan Dorsey Ellery Fenwick Garrow Halloway Iverson Jessop Kingsley Larkin "
    "Merriweather Northcott Okonjo Pemberton Quimby Rutherford Sandoval Thackeray Underhill "
    "Vandermeer Whitlock Yarrow Zeller Ashcombe Brightwater Coldwell Driscoll Everhart"
).split()

# Job title, role in the buying committee, how often.
TITLES = (
    ("Chief Revenue Officer", "decision_maker", 6),
    ("VP Sales", "decision_maker", 9),
    ("VP Marketing", "decision_maker", 8),
    ("Chief Financial Officer", "economic_buyer", 6),
    ("Director of Procurement", "economic_buyer", 5),
    ("Head of Revenue Operations", "champion", 12),
    ("Director of Demand Generation", "champion", 10),
    ("Sales Operations Manager", "influencer", 12),
    ("Marketing Manager", "influencer", 12),
    ("IT Director", "technical", 8),
    ("Solutions Architect", "technical", 5),
    ("Account Executive", "user", 7),
)

TECHNOLOGIES = ("salesforce", "hubspot", "snowflake", "marketo", "segment", "outreach", "looker")

PAGES = {
    "pricing_page_view": ("Pricing", "Pricing, annual plans"),
    "case_study_download": ("Cut IT costs by 40 %", "How a mutual halved its sales cycle"),
    "webinar_attended": ("One revenue team in ninety days", "Scoring that sales believes"),
    "email_opened": ("The hand-off that never waits", "Fifty leads, twelve calls", "Spring briefing"),
    "email_clicked": ("The hand-off that never waits", "Fifty leads, twelve calls"),
    "website_visit": ("Home", "Product", "Customers", "Integrations"),
    "form_submitted": ("Contact form", "Newsletter"),
    "demo_requested": ("Demo request",),
    "call_answered": ("First call",),
}

SOURCES = {
    "pricing_page_view": "website",
    "website_visit": "website",
    "case_study_download": "website",
    "form_submitted": "website",
    "demo_requested": "website",
    "webinar_attended": "webinar platform",
    "email_opened": "e-mail campaigns",
    "email_clicked": "e-mail campaigns",
    "call_answered": "phone",
}

RECYCLE_REASONS = (
    "Budget moves to next fiscal year",
    "In the middle of a CRM migration, call again in spring",
    "Interested, but their champion has just left",
)
DISQUALIFY_REASONS = (
    "Student writing a thesis",
    "Competitor looking around",
    "Team of three, no sales force",
)
LOST_REASONS = ("Chose the incumbent", "Price", "Project stopped")
