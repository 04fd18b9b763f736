from staffing.accounts.models.second_factor import SecondFactorRule

__all__ = ["SecondFactorRule"]
