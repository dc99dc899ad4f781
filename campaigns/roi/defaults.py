"""Calculators shipped as templates to copy."""

from __future__ import annotations

from .rules.content import Content, Input, Outcome, Words

LATE_LEADS = Content(
    title=Words("What late leads cost", "Ce que coûtent les leads traités trop tard"),
    intro=Words(
        "How much revenue is lost each year because inbound leads wait, and what answering them"
        " in time is worth. Put in your own numbers.",
        "Le chiffre d’affaires perdu chaque année parce que des leads attendent, et ce que rapporte"
        " une réponse à temps. Saisissez vos propres chiffres.",
    ),
    currency="USD",
    inputs=(
        Input("leads", Words("Leads per month", "Leads par mois"), "number", 200, 1, 100_000, 1),
        Input(
            "late",
            Words("Share answered too late", "Part traitée trop tard"),
            "percent",
            40,
            0,
            100,
            1,
        ),
        Input(
            "deal_size",
            Words("Average deal", "Montant moyen d’une affaire"),
            "money",
            25_000,
            100,
            10_000_000,
            100,
        ),
        Input(
            "win_rate",
            Words("Leads that become customers", "Leads qui deviennent clients"),
            "percent",
            4,
            0,
            100,
            0.5,
        ),
        Input(
            "lost_when_late",
            Words("Of those, lost when answered late", "Dont perdus si la réponse tarde"),
            "percent",
            50,
            0,
            100,
            5,
        ),
        Input(
            "cost",
            Words("Cost of answering in time, per year", "Coût annuel d’une réponse à temps"),
            "money",
            60_000,
            0,
            10_000_000,
            1_000,
        ),
    ),
    formulas=(
        Outcome(
            "late_leads", Words("Late leads a year"), "leads * 12 * late", "number", shown=False
        ),
        Outcome(
            "lost",
            Words("Revenue lost each year", "Chiffre d’affaires perdu par an"),
            "late_leads * win_rate * lost_when_late * deal_size",
            "money",
        ),
        Outcome(
            "net",
            Words("Gain after costs, per year", "Gain net de coûts, par an"),
            "lost - cost",
            "money",
        ),
        Outcome(
            "return_rate",
            Words("Return on the cost", "Retour sur le coût"),
            "net / cost",
            "percent",
        ),
        Outcome(
            "payback",
            Words("Paid back after", "Amorti en"),
            "round(cost / (lost / 12), 1)",
            "months",
        ),
    ),
)
TIME_SAVED = Content(
    title=Words("What the saved time is worth", "Ce que vaut le temps gagné"),
    intro=Words(
        "Hours of routine work that your team gets back, in money.",
        "Les heures de travail de routine rendues à votre équipe, en argent.",
    ),
    currency="USD",
    inputs=(
        Input(
            "people",
            Words("People in the team", "Personnes dans l’équipe"),
            "number",
            12,
            1,
            10_000,
            1,
        ),
        Input(
            "hours",
            Words("Hours of routine a week, each", "Heures de routine par semaine et personne"),
            "number",
            6,
            0,
            60,
            0.5,
        ),
        Input(
            "saved",
            Words("Share we take over", "Part que nous prenons en charge"),
            "percent",
            50,
            0,
            100,
            5,
        ),
        Input("hourly", Words("Cost of an hour", "Coût d’une heure"), "money", 65, 1, 1_000, 1),
        Input(
            "price", Words("Price per year", "Prix par an"), "money", 48_000, 0, 10_000_000, 1_000
        ),
    ),
    formulas=(
        Outcome(
            "hours_back",
            Words("Hours back each year", "Heures rendues par an"),
            "people * hours * saved * 46",
            "number",
        ),
        Outcome("worth", Words("Worth each year", "Valeur par an"), "hours_back * hourly", "money"),
        Outcome(
            "net", Words("Gain after the price", "Gain après le prix"), "worth - price", "money"
        ),
        Outcome(
            "payback",
            Words("Paid back after", "Amorti en"),
            "round(price / (worth / 12), 1)",
            "months",
        ),
    ),
)
EXAMPLES: dict[str, Content] = {"late-leads": LATE_LEADS, "time-saved": TIME_SAVED}
