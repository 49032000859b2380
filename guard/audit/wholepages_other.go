//go:build !linux

package audit

// mapWholePages is not needed where pages are no larger than blocks.
func mapWholePages() error { return nil }
