"""A second way to compute a ranking, from the exported file alone.

Written from the rules as docs/scoring-default.md, docs/schemes.md and
docs/adjusted-scores.md state them, with fractions and the standard library; it shares
no line with the product. Read it from top to bottom in this order: `file` (what is in
the file, and its hashes), `scoring` (values, curves, months, scores), `winning` (who
may win), `order` (ranks and ties), `figures` (all that compared with the file),
`adjusted` (adjusted figures), `outlets` (outlets and regions), `product` (the rest, by
the product's own rules where they can be imported).
"""
