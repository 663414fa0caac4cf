"""Risk: rules and a scorecard over facts. :mod:`.schema` the file, :mod:`.engine` the decision, :mod:`.facts` what all
services have in common, :mod:`.record` what is kept of each action; ``python -m tools.gate.risk`` checks a version, explains
a decision and tries a new version on recorded actions."""

from tools.gate.risk.engine import Contribution, RiskEngine, RuleEngine
from tools.gate.risk.schema import RULES_FILE, RuleSet

__all__ = ["RULES_FILE", "Contribution", "RiskEngine", "RuleEngine", "RuleSet"]
