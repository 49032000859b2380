package process

import (
	"os/exec"
	"syscall"
	"testing"

	"blastguard/internal/ptytest"
)

// tick is a command that says when it has the terminal, and when it was
// continued. (Not sh: dash starts programs by vfork, and a stop that hits one
// before its exec hangs the shell.)
const tick = `bash -c 'trap "echo con""tinued" CONT; echo star""ted; while :; do sleep 0.1; done'`

func TestCtrlC(t *testing.T) {
	session := interactive(t)
	line(t, session, "guard "+tick)
	expect(t, session, "started")
	key(t, session, "ctrl-c")
	expect(t, session, "ready> ")
	line(t, session, "echo =$?")
	expect(t, session, "=130")
}

func TestCtrlCEndsALoop(t *testing.T) {
	session := interactive(t)
	line(t, session, "for i in 1 2 3; do echo round=$i; guard "+tick+"; done")
	expect(t, session, "round=1", "started")
	key(t, session, "ctrl-c")
	expect(t, session, "ready> ")
	line(t, session, "echo end=$i")
	expect(t, session, "end=1")
}

func TestACommandThatTakesCtrlCGoesOn(t *testing.T) {
	session := interactive(t)
	line(t, session, `guard bash -c 'trap "echo caug""ht; exit 5" INT; echo star""ted; while :; do sleep 0.1; done'`)
	expect(t, session, "started")
	key(t, session, "ctrl-c")
	expect(t, session, "caught", "ready> ")
	line(t, session, "echo =$?")
	expect(t, session, "=5")
}

func TestCtrlZAndBackAgain(t *testing.T) {
	session := interactive(t)
	line(t, session, "guard "+tick)
	expect(t, session, "started")
	for range 3 {
		key(t, session, "ctrl-z")
		expect(t, session, "Stopped", "ready> ")
		line(t, session, "jobs -l")
		expect(t, session, "Stopped", "ready> ")
		line(t, session, "fg")
		expect(t, session, "continued")
	}
	key(t, session, "ctrl-z")
	expect(t, session, "Stopped", "ready> ")
	line(t, session, "bg")
	expect(t, session, "continued")
	line(t, session, "kill %1; wait %1; echo =$?")
	expect(t, session, "=143")
}

func TestACommandThatIgnoresCtrlZ(t *testing.T) {
	session := interactive(t)
	line(t, session, `guard bash -c 'trap "" TSTP; echo star""ted; read x; echo got-$x'`)
	expect(t, session, "started")
	key(t, session, "ctrl-z")
	line(t, session, "more")
	expect(t, session, "got-more", "ready> ")
}

func TestACommandThatStopsOnlyItself(t *testing.T) {
	session := interactive(t)
	line(t, session, `guard bash -c 'kill -STOP $$; echo aft""er'`)
	expect(t, session, "Stopped", "ready> ")
	line(t, session, "fg")
	expect(t, session, "after", "ready> ")
}

func TestWritingInTheBackgroundStops(t *testing.T) {
	session := interactive(t)
	line(t, session, "stty tostop; guard "+tick+" & wait $!")
	expect(t, session, "Stopped", "ready> ")
	line(t, session, "fg")
	expect(t, session, "continued")
	key(t, session, "ctrl-c")
	expect(t, session, "ready> ")
	line(t, session, "echo =$?")
	expect(t, session, "=130")
}

// less takes keys as bytes, so this one shows that it owns the terminal. (It can
// itself miss a Ctrl-Z that comes while it draws, so none is sent.)
func TestAFullScreenProgram(t *testing.T) {
	need(t, "less")
	session := interactive(t)
	line(t, session, "seq 1000 >numbers; guard less numbers")
	see(t, session, "\n49\nnumbers")
	if err := session.Send("G"); err != nil {
		t.Fatal(err)
	}
	see(t, session, "\n1000\n")
	if err := session.Send("q"); err != nil {
		t.Fatal(err)
	}
	expect(t, session, "ready> ")
	line(t, session, "echo =$?")
	expect(t, session, "=0")
}

func see(t *testing.T, session *ptytest.Session, text string) {
	t.Helper()
	if err := session.See(text); err != nil {
		t.Fatal(err)
	}
}

func TestInterruptEndsTheLoopAround(t *testing.T) {
	for _, shell := range []string{"bash", "zsh"} {
		t.Run(shell, func(t *testing.T) {
			cmd := exec.Command(need(t, shell), "-c", "for i in 1 2 3; do echo round=$i; interrupt; done; echo went on")
			cmd.Env = environment(t)
			session, err := ptytest.Start(cmd, ptytest.Standard)
			if err != nil {
				t.Fatal(err)
			}
			defer session.Close()
			_, signal, err := session.Wait()
			if err != nil || signal != syscall.SIGINT || session.Text() != "round=1\n" {
				t.Errorf("ended by %v, %v, after %q", signal, err, session.Text())
			}
		})
	}
}

func TestVimStopsAndComesBack(t *testing.T) {
	need(t, "vim")
	session := interactive(t)
	line(t, session, "guard vim -u NONE -i NONE -n -N new")
	see(t, session, "\n~")
	if err := session.Send("iwritten\x1b:suspend\r"); err != nil {
		t.Fatal(err)
	}
	expect(t, session, "Stopped", "ready> ")
	line(t, session, "fg")
	see(t, session, "written\n~")
	line(t, session, ":wq")
	expect(t, session, "ready> ")
	line(t, session, "echo =$(cat new)=$?")
	expect(t, session, "=written=0")
}
