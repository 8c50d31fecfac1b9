"""Tables for people: what a site says as the rows of a spreadsheet, and a spreadsheet's rows as what the site says."""
