"""The contact ledger: who contacted whom, when, how and why, before anybody asks again."""
