"""The way to balance: projections, gaps, the least-cost plan, what-if, rotation and siting.

Public are `costs.load_costs`, `gaps.gaps`, `gaps_money.totals`, `project.project`, `whatif.what_if`,
`rotate.rotate` and `plan.make_plan`, each imported from its module, so that nobody loads a solver who
asks for a gap.
"""
