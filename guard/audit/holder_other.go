//go:build !linux

package audit

// holder is not known on this system.
func holder(string) string { return "" }
