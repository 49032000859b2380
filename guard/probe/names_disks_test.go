package probe

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// A switch takes away the disks below its device, and no others: the links of a
// device lead to its bus, and over that to every other device of the machine.
func TestASwitchTakesAwayTheDisksBelowIt(t *testing.T) {
	sys := t.TempDir()
	for _, name := range []string{
		"pci/virtio1/block/vda/dev", "pci/virtio1/block/vda/vda1/dev", "pci/virtio1/block/nodisk/size", "pci/virtio1/delete",
		"pci/virtio2/block/vdb/dev", "pci/bridge/nvme/nvme0/nvme0n1/dev", "pci/host0/target/0:0:0:0/block/cciss!c0d0/dev",
		"pci/a/b/c/d/e/f/g/h/i/j/k/l/block/deep/dev", "bus/devices/.keep", "bus/slots/3/power", "bus/slots/4/power",
		"pci/bridge2/nvme/nvme1/nvme1c0n1/size", "pci/bridge2/nvme/nvme1/nvme1c0n1/queue/size",
	} {
		path := filepath.Join(sys, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, device := range []string{"virtio1", "virtio2"} {
		for link, target := range map[string]string{"bus/devices/" + device: "pci/" + device, "pci/" + device + "/subsystem": "bus"} {
			if err := os.Symlink(filepath.Join(sys, target), filepath.Join(sys, link)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, want := range map[string][]string{
		"pci/virtio1/delete":      {"/dev/vda"},
		"pci/virtio2/remove":      {"/dev/vdb"},
		"pci/bridge/reset":        {"/dev/nvme0n1"},
		"pci/host0/target/delete": {"/dev/cciss/c0d0"},
		"pci/bridge2/remove":      {"/dev/nvme1n1"},
		"pci/remove":              {"/dev/cciss/c0d0", "/dev/deep", "/dev/nvme0n1", "/dev/nvme1n1", "/dev/vda", "/dev/vdb"},
		"pci/virtio1/authorized":  {"/dev/vda"},
		"pci/virtio1/queue/depth": nil,

		"pci/virtio1/block/vda/md/array_state":        {"/dev/vda"},
		"pci/bridge/nvme/nvme0/delete_controller":     {"/dev/nvme0n1"},
		"pci/bridge/nvme/nvme0/nvme0n1/queue/offline": {"/dev/nvme0n1"},
		"pci/gone/delete":                             nil,
	} {
		if got := disksOf(filepath.Join(sys, name), "/sys/devices/"+name); !slices.Equal(got, want) {
			t.Errorf("%s takes away %q, want %q", name, got, want)
		}
	}
	// A slot has no devices below it, and tells the address of those that are in it.
	for name, text := range map[string]string{"bus/slots/3/address": "0000:03:00\n", "bus/slots/4/address": "0000:04:00\n"} {
		if err := os.WriteFile(filepath.Join(sys, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for link, target := range map[string]string{"0000:03:00.0": "pci/virtio1", "0000:03:00.1": "pci/bridge"} {
		if err := os.Symlink(filepath.Join(sys, target), filepath.Join(sys, "bus/devices", link)); err != nil {
			t.Fatal(err)
		}
	}
	for slot, want := range map[string][]string{"3": {"/dev/nvme0n1", "/dev/vda"}, "4": nil} {
		if got := disksOf(filepath.Join(sys, "bus/slots", slot, "power"), "/sys/bus/pci/slots/"+slot+"/power"); !slices.Equal(got, want) {
			t.Errorf("slot %s: %q, want %q", slot, got, want)
		}
	}
	if got := disksOf(filepath.Join(sys, "bus/power"), "/sys/power"); got != nil {
		t.Errorf("what is no device's: %q", got)
	}
}
