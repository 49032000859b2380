package probe

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestMountTableIsReadAsTheKernelWritesIt(t *testing.T) {
	table := `22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
36 22 0:31 / /srv/data rw - tmpfs none rw
37 36 0:32 / /srv/data/a\040b\134c rw master:1 - tmpfs none rw
38 22 254:0 /x /srv/data/bind rw - ext4 /dev/vda rw
39 22 0:33 / /srv/database rw - tmpfs none rw
`
	got, err := parseMounts(strings.NewReader(table))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]uint64{
		"/": unix.Mkdev(254, 0), "/srv/data": unix.Mkdev(0, 31), `/srv/data/a b\c`: unix.Mkdev(0, 32),
		"/srv/data/bind": unix.Mkdev(254, 0), "/srv/database": unix.Mkdev(0, 33),
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for _, broken := range []string{"36 22 0:31\n", "36 22 x:31 / /srv/data/a rw\n"} {
		if got, err := parseMounts(strings.NewReader(broken)); err == nil {
			t.Errorf("%q: got %v, want an error: a mount could be missed", broken, got)
		}
	}
}
