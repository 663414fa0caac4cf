"""The one door before an account: collect, identity, risk, educate, confirm, execute, audit, follow up."""
