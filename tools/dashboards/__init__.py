"""The Grafana dashboards as code: `python -m tools.dashboards [--check] deploy/grafana/dashboards`.

    text.py      a text in English and Persian
    model.py     what a page says: rows, panels, queries, limits
    promql.py    the queries that the pages have in common
    pages/       one dashboard each
    panels.py    a panel as Grafana wants it
    build.py     a page as Grafana wants it, with links
    draw.py      pictures of the pages, from a Prometheus (docs/dashboards.md)

Each page is generated twice, as `en/<name>.json` and `fa/<name>.json`: Grafana interpolates variables in titles, but
not in descriptions, value mappings and names of links, so a variable could not translate a page.
"""
