"""Who may work again, and who helps them: register, resumption, rosters, operation, liaison, tickets."""
