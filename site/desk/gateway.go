package desk

// Gateway may hand in text messages and calls.
type Gateway struct{}
