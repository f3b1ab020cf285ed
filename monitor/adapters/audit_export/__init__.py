"""audit_export: what does an auditor get who trusts nobody?"""
