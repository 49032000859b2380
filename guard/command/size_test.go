package command

import "testing"

func TestParseSize(t *testing.T) {
	for text, want := range map[string]float64{
		"12": 12, "0": 0, "7B": 7, "1KB": 1000, "100GB": 1e11, "1.5TB": 1.5e12, "2PB": 2e15,
		"1KiB": 1024, "5GiB": 5 << 30, "1 GB": 1e9,
	} {
		if got, err := ParseSize(text); err != nil || got != want {
			t.Errorf("ParseSize(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "GB", "-1GB", "5G", "5gb", "1e3", "1,5GB", "1.GB", ".5GB", "0x10", "12345678901234567890123456789012345678901"} {
		if got, err := ParseSize(text); err == nil {
			t.Errorf("ParseSize(%q) = %v: want an error", text, got)
		}
	}
}

func TestParseDuration(t *testing.T) {
	for text, want := range map[string]float64{
		"0": 0, "5s": 5, "24h": 86400, "1h30m": 5400, "7d": 604800, "2w": 1209600, "250ms": .25, "1.5h": 5400, "1d12h": 129600,
	} {
		if got, err := ParseDuration(text); err != nil || got != want {
			t.Errorf("ParseDuration(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "90", "h", "-5s", "+5s", "5 s", "5s ", "1h30", "5min", "1e3s", "1y"} {
		if got, err := ParseDuration(text); err == nil {
			t.Errorf("ParseDuration(%q) = %v: want an error", text, got)
		}
	}
}
