"""Changes of a resident's record: values corrected, a document given, a proxy, and the end."""
