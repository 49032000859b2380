package pgtest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience is how long a server may take for anything, on a busy machine.
const patience = 90 * time.Second

// Server is one PostgreSQL server. Its methods fail the test on any error.
type Server struct {
	Dir       string // the data directory
	SocketDir string // absolute, short enough for a socket
	Port      int    // on 127.0.0.1

	t        testing.TB
	base     string // owned by the service account; Dir and SocketDir are in it
	programs programs
	process  *os.Process
	done     chan struct{} // closed when the process has been waited for
}

func newServer(t testing.TB, programs programs) *Server {
	t.Helper()
	// Not t.TempDir: only its owner can pass through that.
	base, err := os.MkdirTemp("", "pgtest")
	if err != nil {
		t.Fatalf("make a directory for PostgreSQL: %v", err)
	}
	if base, err = filepath.EvalSymlinks(base); err != nil {
		t.Fatalf("resolve the directory for PostgreSQL: %v", err)
	}
	if programs.credential != nil {
		if err := os.Chown(base, int(programs.credential.Uid), int(programs.credential.Gid)); err != nil {
			t.Fatalf("hand the directory to the service account: %v", err)
		}
	}
	server := &Server{Dir: filepath.Join(base, "data"), SocketDir: base, Port: freePort(t), t: t, base: base, programs: programs}
	t.Cleanup(server.remove)
	return server
}

func (s *Server) remove() {
	s.Kill()
	if s.t.Failed() {
		if log, err := os.ReadFile(s.logPath()); err == nil {
			s.t.Logf("log of the server in %s:\n%s", s.Dir, log)
		}
	}
	for range 20 { // its children may still write for a moment
		if os.RemoveAll(s.base) == nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func freePort(t testing.TB) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("find a free port: %v", err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

func portText(port int) string { return strconv.Itoa(port) }

func (s *Server) logPath() string { return filepath.Join(s.base, "log") }

// run runs one of PostgreSQL's programs to its end and returns what it printed.
func (s *Server) run(name string, args ...string) string {
	s.t.Helper()
	output, err := s.programs.command(s.base, name, args...).CombinedOutput()
	if err != nil {
		s.t.Fatalf("%s: %v\n%s", name, err, output)
	}
	return strings.TrimSpace(string(output))
}

// configure makes the server quick and small. The port, the socket and the
// address are given when it starts.
func (s *Server) configure() {
	s.t.Helper()
	s.append("postgresql.conf", `
fsync = off
shared_buffers = 2MB
max_connections = 20
max_wal_senders = 6
wal_level = replica
wal_keep_size = 64MB
autovacuum = off
wal_retrieve_retry_interval = 200ms
`)
}

// append adds text to a file of the data directory.
func (s *Server) append(name, text string) {
	s.t.Helper()
	file, err := os.OpenFile(filepath.Join(s.Dir, name), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		s.t.Fatalf("configure the server: %v", err)
	}
	_, err = file.WriteString(text)
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		s.t.Fatalf("configure the server: %v", err)
	}
}

// Start starts the server and waits until it accepts connections.
func (s *Server) Start() {
	s.t.Helper()
	command := s.programs.command(s.base, "postgres", "-D", s.Dir, "-p", portText(s.Port),
		"-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="+s.SocketDir, "-c", "hot_standby=on")
	log, err := os.OpenFile(s.logPath(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		s.t.Fatalf("open the server's log: %v", err)
	}
	defer log.Close()
	command.Stdout, command.Stderr = log, log
	// The server does not outlive the test binary: it gets its order for an
	// immediate shutdown when the thread that started it dies.
	command.SysProcAttr.Pdeathsig = syscall.SIGQUIT
	started, done := make(chan error), make(chan struct{})
	go own(command, started, done)
	if err := <-started; err != nil {
		s.t.Fatalf("start postgres: %v", err)
	}
	s.process, s.done = command.Process, done
	s.await("accept connections", s.ready)
}

// own starts the command on a thread that lives as long as the command.
func own(command *exec.Cmd, started chan<- error, done chan<- struct{}) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := command.Start()
	started <- err
	if err == nil {
		_ = command.Wait()
	}
	close(done)
}

// ready reads the last line of the lock file, where the server says so itself.
func (s *Server) ready() bool {
	select {
	case <-s.done:
		log, _ := os.ReadFile(s.logPath())
		s.t.Fatalf("postgres ended while it started:\n%s", log)
	default:
	}
	text, _ := os.ReadFile(filepath.Join(s.Dir, "postmaster.pid"))
	lines := strings.Split(string(text), "\n")
	if len(lines) < 8 || lines[0] != strconv.Itoa(s.process.Pid) {
		return false
	}
	state := strings.TrimSpace(lines[7])
	return state == "ready" || state == "standby" && s.programs.command(s.base, "pg_isready", "-q", "-h", s.SocketDir, "-p", portText(s.Port)).Run() == nil
}

// await asks again and again until the answer is yes.
func (s *Server) await(what string, yes func() bool) {
	s.t.Helper()
	for end := time.Now().Add(patience); !yes(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatalf("the server in %s did not %s within %s", s.Dir, what, patience)
		}
	}
}

// WaitStreaming waits until the standby streams from its primary.
func (s *Server) WaitStreaming() {
	s.t.Helper()
	s.await("stream", func() bool {
		return s.SQL("SELECT count(*) FROM pg_stat_wal_receiver WHERE status = 'streaming'") == "1"
	})
}

// SQL runs one statement as the superuser and returns psql's unaligned output.
func (s *Server) SQL(statement string) string {
	s.t.Helper()
	return s.run("psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1",
		"-h", s.SocketDir, "-p", portText(s.Port), "-U", Superuser, "-d", "postgres", "-c", statement)
}

// Identity is the system identifier, as the server says it.
func (s *Server) Identity() string {
	s.t.Helper()
	return s.SQL("SELECT system_identifier FROM pg_control_system()")
}

// Promote makes a standby a primary and waits until it is one.
func (s *Server) Promote() {
	s.t.Helper()
	if got := s.SQL(fmt.Sprintf("SELECT pg_promote(true, %d)", int(patience.Seconds()))); got != "t" {
		s.t.Fatalf("promote the server in %s: %s", s.Dir, got)
	}
}

// ControlData is what pg_controldata prints about the data directory, by name.
func (s *Server) ControlData() map[string]string {
	s.t.Helper()
	values := map[string]string{}
	for line := range strings.Lines(s.run("pg_controldata", "-D", s.Dir)) {
		if name, value, ok := strings.Cut(line, ":"); ok {
			values[name] = strings.TrimSpace(value)
		}
	}
	return values
}

// PID is the process id of the postmaster, 0 when it is not running.
func (s *Server) PID() int {
	if s.process == nil {
		return 0
	}
	return s.process.Pid
}

// Signal sends a signal to the postmaster.
func (s *Server) Signal(signal syscall.Signal) {
	s.t.Helper()
	if s.process == nil {
		s.t.Fatalf("signal the server in %s: it is not running", s.Dir)
	}
	if err := s.process.Signal(signal); err != nil {
		s.t.Fatalf("signal the server in %s: %v", s.Dir, err)
	}
}

// Stop shuts the server down cleanly and waits for its end; it does nothing
// when the server is not running.
func (s *Server) Stop() {
	s.t.Helper()
	if s.process == nil {
		return
	}
	s.Signal(syscall.SIGINT)
	select {
	case <-s.done:
		s.process = nil
	case <-time.After(patience):
		s.t.Fatalf("the server in %s did not stop within %s", s.Dir, patience)
	}
}

// Kill ends the postmaster as a power cut would and waits until its children
// are gone too: the lock file stays behind. It does nothing when the server is
// not running.
func (s *Server) Kill() {
	if s.process == nil {
		return
	}
	group := s.process.Pid // it leads the group of those children that have not left it
	_ = s.process.Kill()
	<-s.done
	s.process = nil
	_ = syscall.Kill(-group, syscall.SIGKILL)
	for end := time.Now().Add(patience); len(processesIn(s.Dir)) > 0 && time.Now().Before(end); {
		for _, pid := range processesIn(s.Dir) {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// processesIn are the PostgreSQL processes whose working directory is dir.
func processesIn(dir string) []int {
	links, _ := filepath.Glob("/proc/[0-9]*/cwd")
	var found []int
	for _, link := range links {
		if at, err := os.Readlink(link); err != nil || at != dir {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(link)))
		name, _ := os.ReadFile(filepath.Join(filepath.Dir(link), "comm"))
		if err == nil && pid != os.Getpid() && strings.HasPrefix(string(name), "postgres") {
			found = append(found, pid)
		}
	}
	return found
}

// PortText is the server's port, for a connection string.
func (s *Server) PortText() string { return portText(s.Port) }
