from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0007_briefing_notice"),
    ]

    operations = [
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("handed_off", "A lead is handed to you"),
                    ("nobody_to_own", "A lead finds no owner"),
                    ("warning", "A promise is about to break"),
                    ("breach", "A promise is broken"),
                    ("feedback", "Sales says what became of a lead"),
                    ("dispute", "A dispute about a broken promise"),
                    ("agreement", "An agreement waits for you, comes back, or rules"),
                    ("override", "A touch goes ahead against yours"),
                    ("touch", "Somebody changes your touch"),
                    ("target", "The list of targets changes after you confirmed it"),
                    ("hours", "Due times were counted anew"),
                    ("gap", "An objection lacks an answer, or has one"),
                    ("support", "Sales asks marketing for support"),
                    ("roi", "A prospect opens or uses an ROI page"),
                    ("briefing", "The weekly briefing"),
                ],
                max_length=16,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="noticechoice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("handed_off", "A lead is handed to you"),
                    ("nobody_to_own", "A lead finds no owner"),
                    ("warning", "A promise is about to break"),
                    ("breach", "A promise is broken"),
                    ("feedback", "Sales says what became of a lead"),
                    ("dispute", "A dispute about a broken promise"),
                    ("agreement", "An agreement waits for you, comes back, or rules"),
                    ("override", "A touch goes ahead against yours"),
                    ("touch", "Somebody changes your touch"),
                    ("target", "The list of targets changes after you confirmed it"),
                    ("hours", "Due times were counted anew"),
                    ("gap", "An objection lacks an answer, or has one"),
                    ("support", "Sales asks marketing for support"),
                    ("roi", "A prospect opens or uses an ROI page"),
                    ("briefing", "The weekly briefing"),
                ],
                max_length=16,
                verbose_name="kind",
            ),
        ),
    ]
