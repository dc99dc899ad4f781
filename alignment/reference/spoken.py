"""What industries and states are called in the reader's language.

NAICS sectors and subsectors are translated, what the default profile names, and states with a name
of their own in French. All others keep their English name.
"""

from collections.abc import Iterable

from django.utils.translation import pgettext_lazy

from . import rules
from .rules import fold

INDUSTRIES = {
    "11": pgettext_lazy("industry", "Agriculture, Forestry, Fishing and Hunting"),
    "111": pgettext_lazy("industry", "Crop Production"),
    "112": pgettext_lazy("industry", "Animal Production and Aquaculture"),
    "113": pgettext_lazy("industry", "Forestry and Logging"),
    "114": pgettext_lazy("industry", "Fishing, Hunting and Trapping"),
    "115": pgettext_lazy("industry", "Support Activities for Agriculture and Forestry"),
    "21": pgettext_lazy("industry", "Mining, Quarrying, and Oil and Gas Extraction"),
    "211": pgettext_lazy("industry", "Oil and Gas Extraction"),
    "212": pgettext_lazy("industry", "Mining (except Oil and Gas)"),
    "213": pgettext_lazy("industry", "Support Activities for Mining"),
    "22": pgettext_lazy("industry", "Utilities"),
    "221": pgettext_lazy("industry", "Utilities"),
    "23": pgettext_lazy("industry", "Construction"),
    "236": pgettext_lazy("industry", "Construction of Buildings"),
    "237": pgettext_lazy("industry", "Heavy and Civil Engineering Construction"),
    "238": pgettext_lazy("industry", "Specialty Trade Contractors"),
    "31-33": pgettext_lazy("industry", "Manufacturing"),
    "311": pgettext_lazy("industry", "Food Manufacturing"),
    "312": pgettext_lazy("industry", "Beverage and Tobacco Product Manufacturing"),
    "313": pgettext_lazy("industry", "Textile Mills"),
    "314": pgettext_lazy("industry", "Textile Product Mills"),
    "315": pgettext_lazy("industry", "Apparel Manufacturing"),
    "316": pgettext_lazy("industry", "Leather and Allied Product Manufacturing"),
    "321": pgettext_lazy("industry", "Wood Product Manufacturing"),
    "322": pgettext_lazy("industry", "Paper Manufacturing"),
    "323": pgettext_lazy("industry", "Printing and Related Support Activities"),
    "324": pgettext_lazy("industry", "Petroleum and Coal Products Manufacturing"),
    "325": pgettext_lazy("industry", "Chemical Manufacturing"),
    "326": pgettext_lazy("industry", "Plastics and Rubber Products Manufacturing"),
    "327": pgettext_lazy("industry", "Nonmetallic Mineral Product Manufacturing"),
    "331": pgettext_lazy("industry", "Primary Metal Manufacturing"),
    "332": pgettext_lazy("industry", "Fabricated Metal Product Manufacturing"),
    "333": pgettext_lazy("industry", "Machinery Manufacturing"),
    "334": pgettext_lazy("industry", "Computer and Electronic Product Manufacturing"),
    "335": pgettext_lazy(
        "industry", "Electrical Equipment, Appliance, and Component Manufacturing"
    ),
    "336": pgettext_lazy("industry", "Transportation Equipment Manufacturing"),
    "337": pgettext_lazy("industry", "Furniture and Related Product Manufacturing"),
    "339": pgettext_lazy("industry", "Miscellaneous Manufacturing"),
    "42": pgettext_lazy("industry", "Wholesale Trade"),
    "423": pgettext_lazy("industry", "Merchant Wholesalers, Durable Goods"),
    "424": pgettext_lazy("industry", "Merchant Wholesalers, Nondurable Goods"),
    "425": pgettext_lazy("industry", "Wholesale Trade Agents and Brokers"),
    "44-45": pgettext_lazy("industry", "Retail Trade"),
    "441": pgettext_lazy("industry", "Motor Vehicle and Parts Dealers"),
    "444": pgettext_lazy("industry", "Building Material and Garden Equipment and Supplies Dealers"),
    "445": pgettext_lazy("industry", "Food and Beverage Retailers"),
    "449": pgettext_lazy(
        "industry", "Furniture, Home Furnishings, Electronics, and Appliance Retailers"
    ),
    "455": pgettext_lazy("industry", "General Merchandise Retailers"),
    "456": pgettext_lazy("industry", "Health and Personal Care Retailers"),
    "457": pgettext_lazy("industry", "Gasoline Stations and Fuel Dealers"),
    "458": pgettext_lazy("industry", "Clothing, Clothing Accessories, Shoe, and Jewelry Retailers"),
    "459": pgettext_lazy(
        "industry", "Sporting Goods, Hobby, Musical Instrument, Book, and Miscellaneous Retailers"
    ),
    "48-49": pgettext_lazy("industry", "Transportation and Warehousing"),
    "481": pgettext_lazy("industry", "Air Transportation"),
    "482": pgettext_lazy("industry", "Rail Transportation"),
    "483": pgettext_lazy("industry", "Water Transportation"),
    "484": pgettext_lazy("industry", "Truck Transportation"),
    "485": pgettext_lazy("industry", "Transit and Ground Passenger Transportation"),
    "486": pgettext_lazy("industry", "Pipeline Transportation"),
    "487": pgettext_lazy("industry", "Scenic and Sightseeing Transportation"),
    "488": pgettext_lazy("industry", "Support Activities for Transportation"),
    "491": pgettext_lazy("industry", "Postal Service"),
    "492": pgettext_lazy("industry", "Couriers and Messengers"),
    "493": pgettext_lazy("industry", "Warehousing and Storage"),
    "51": pgettext_lazy("industry", "Information"),
    "512": pgettext_lazy("industry", "Motion Picture and Sound Recording Industries"),
    "513": pgettext_lazy("industry", "Publishing Industries"),
    "516": pgettext_lazy("industry", "Broadcasting and Content Providers"),
    "517": pgettext_lazy("industry", "Telecommunications"),
    "518": pgettext_lazy(
        "industry",
        "Computing Infrastructure Providers, Data Processing, Web Hosting, and Related Services",
    ),
    "519": pgettext_lazy(
        "industry", "Web Search Portals, Libraries, Archives, and Other Information Services"
    ),
    "52": pgettext_lazy("industry", "Finance and Insurance"),
    "521": pgettext_lazy("industry", "Monetary Authorities-Central Bank"),
    "522": pgettext_lazy("industry", "Credit Intermediation and Related Activities"),
    "523": pgettext_lazy(
        "industry",
        "Securities, Commodity Contracts, and Other Financial Investments and Related Activities",
    ),
    "524": pgettext_lazy("industry", "Insurance Carriers and Related Activities"),
    "525": pgettext_lazy("industry", "Funds, Trusts, and Other Financial Vehicles"),
    "53": pgettext_lazy("industry", "Real Estate and Rental and Leasing"),
    "531": pgettext_lazy("industry", "Real Estate"),
    "532": pgettext_lazy("industry", "Rental and Leasing Services"),
    "533": pgettext_lazy(
        "industry", "Lessors of Nonfinancial Intangible Assets (except Copyrighted Works)"
    ),
    "54": pgettext_lazy("industry", "Professional, Scientific, and Technical Services"),
    "541": pgettext_lazy("industry", "Professional, Scientific, and Technical Services"),
    "55": pgettext_lazy("industry", "Management of Companies and Enterprises"),
    "551": pgettext_lazy("industry", "Management of Companies and Enterprises"),
    "56": pgettext_lazy(
        "industry", "Administrative and Support and Waste Management and Remediation Services"
    ),
    "561": pgettext_lazy("industry", "Administrative and Support Services"),
    "562": pgettext_lazy("industry", "Waste Management and Remediation Services"),
    "61": pgettext_lazy("industry", "Educational Services"),
    "611": pgettext_lazy("industry", "Educational Services"),
    "62": pgettext_lazy("industry", "Health Care and Social Assistance"),
    "6111": pgettext_lazy("industry", "Elementary and Secondary Schools"),
    "621": pgettext_lazy("industry", "Ambulatory Health Care Services"),
    "622": pgettext_lazy("industry", "Hospitals"),
    "623": pgettext_lazy("industry", "Nursing and Residential Care Facilities"),
    "624": pgettext_lazy("industry", "Social Assistance"),
    "71": pgettext_lazy("industry", "Arts, Entertainment, and Recreation"),
    "711": pgettext_lazy("industry", "Performing Arts, Spectator Sports, and Related Industries"),
    "712": pgettext_lazy("industry", "Museums, Historical Sites, and Similar Institutions"),
    "713": pgettext_lazy("industry", "Amusement, Gambling, and Recreation Industries"),
    "72": pgettext_lazy("industry", "Accommodation and Food Services"),
    "721": pgettext_lazy("industry", "Accommodation"),
    "722": pgettext_lazy("industry", "Food Services and Drinking Places"),
    "81": pgettext_lazy("industry", "Other Services (except Public Administration)"),
    "811": pgettext_lazy("industry", "Repair and Maintenance"),
    "812": pgettext_lazy("industry", "Personal and Laundry Services"),
    "813": pgettext_lazy(
        "industry", "Religious, Grantmaking, Civic, Professional, and Similar Organizations"
    ),
    "814": pgettext_lazy("industry", "Private Households"),
    "92": pgettext_lazy("industry", "Public Administration"),
    "921": pgettext_lazy(
        "industry", "Executive, Legislative, and Other General Government Support"
    ),
    "922": pgettext_lazy("industry", "Justice, Public Order, and Safety Activities"),
    "923": pgettext_lazy("industry", "Administration of Human Resource Programs"),
    "924": pgettext_lazy("industry", "Administration of Environmental Quality Programs"),
    "925": pgettext_lazy(
        "industry", "Administration of Housing Programs, Urban Planning, and Community Development"
    ),
    "926": pgettext_lazy("industry", "Administration of Economic Programs"),
    "927": pgettext_lazy("industry", "Space Research and Technology"),
    "928": pgettext_lazy("industry", "National Security and International Affairs"),
}
STATES = {
    "CA": pgettext_lazy("state", "California"),
    "FL": pgettext_lazy("state", "Florida"),
    "GA": pgettext_lazy("state", "Georgia"),
    "HI": pgettext_lazy("state", "Hawaii"),
    "LA": pgettext_lazy("state", "Louisiana"),
    "NM": pgettext_lazy("state", "New Mexico"),
    "NC": pgettext_lazy("state", "North Carolina"),
    "ND": pgettext_lazy("state", "North Dakota"),
    "PA": pgettext_lazy("state", "Pennsylvania"),
    "PR": pgettext_lazy("state", "Puerto Rico"),
    "SC": pgettext_lazy("state", "South Carolina"),
    "SD": pgettext_lazy("state", "South Dakota"),
    "VA": pgettext_lazy("state", "Virginia"),
    "WV": pgettext_lazy("state", "West Virginia"),
}

US_STATES = {code: name for code, name, _fips in rules.STATES}


def local_name(code: str, english: str) -> str:
    """The name of an industry or a place; their codes never collide."""
    return str(INDUSTRIES.get(code) or STATES.get(code) or english)


def local_names(rows: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """(code, name) for (code, English name)."""
    return [(code, local_name(code, english)) for code, english in rows]


def state_name(code: str) -> str:
    """Empty without a code; the code itself if there is no such state."""
    return local_name(code, US_STATES.get(code, code))


def state_choices() -> list[tuple[str, str]]:
    """(code, name) of all states by name."""
    return sorted(local_names(US_STATES.items()), key=lambda choice: fold(choice[1]))


def industries_called(text: str) -> list[str]:
    """Codes of the translated industries whose name has all these words."""
    words = fold(text).split()
    return [code for code, name in INDUSTRIES.items() if all(w in fold(str(name)) for w in words)]
