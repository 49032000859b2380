//go:build !linux

package probe

import "io/fs"

// readMounts: another system tells only one name of a file.
func readMounts() *mountTable { return &mountTable{} }

// describeDevice takes a device by the name of its node.
func describeDevice(object map[string]any, real string, info fs.FileInfo) {
	switch {
	case info.Mode()&fs.ModeDevice == 0:
	case info.Mode()&fs.ModeCharDevice != 0:
		object["char"] = real
	default:
		object["disk"] = real
	}
}
