"""What an experiment can be made of: rules for the start, data sets, and what runs beside it.

Each is one `Entry`, in a file of its own or of its small family, and stands in one list: `RULES`
in `catalogue.rules`, `DATA` in `catalogue.data`, `BESIDE` in `catalogue.beside`, in the order of
the menus. Validation, link, JSON, comparison, form and words are made from these lists; nobody
else asks for a rule, a data set or an activation by its name.

A new rule is a file in ``catalogue/rules`` that says ``ENTRY = Entry(...)``, and its line in
``catalogue/rules/__init__.py``.
"""
