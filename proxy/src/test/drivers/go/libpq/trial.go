package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"log"
	mathrand "math/rand"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/lib/pq"
)

const checkTimeout = 60 * time.Second

// trial holds what the checks share: the arguments and the report.
// Run as `libpq URL MODE`; the lines it prints are described in ../../README.md.
type trial struct {
	url      *url.URL
	mode     string
	schema   string
	random   *mathrand.Rand
	backends map[*sql.Conn]map[int]bool
}

type check struct {
	name  string
	modes string
	run   func(t *trial)
}

const (
	reads       = "session transaction replica"
	writes      = "session transaction"
	replicaOnly = "replica"
)

func newTrial(arguments []string) *trial {
	if len(arguments) != 3 || !strings.Contains(reads, arguments[2]) {
		log.Fatalf("usage: %s postgresql://USER:PASSWORD@HOST:PORT/DATABASE %s", arguments[0],
			strings.ReplaceAll(reads, " ", "|"))
	}
	parsed, err := url.Parse(arguments[1])
	if err != nil {
		log.Fatal(err)
	}
	suffix := make([]byte, 4)
	if _, err := rand.Read(suffix); err != nil {
		log.Fatal(err)
	}
	return &trial{
		url:      parsed,
		mode:     arguments[2],
		schema:   fmt.Sprintf("t_libpq_%x", suffix),
		random:   mathrand.New(mathrand.NewSource(42)),
		backends: map[*sql.Conn]map[int]bool{},
	}
}

func (t *trial) run(checks []check) {
	failed := false
	for _, c := range checks {
		if strings.Contains(c.modes, t.mode) && !t.one(c) {
			failed = true
		}
	}
	servers := 0
	for _, pids := range t.backends {
		if len(pids) > servers {
			servers = len(pids)
		}
	}
	fmt.Printf("note servers %d\n", servers)
	if failed {
		os.Exit(1)
	}
}

func (t *trial) one(c check) (passed bool) {
	fmt.Printf("run %s\n", c.name)
	alarm := time.AfterFunc(checkTimeout, func() {
		fmt.Printf("fail %s: still running after %s\n", c.name, checkTimeout)
		os.Exit(1)
	})
	defer alarm.Stop()
	defer func() {
		if problem := recover(); problem != nil {
			text := strings.Join(strings.Fields(fmt.Sprint(problem)), " ")
			fmt.Printf("fail %s: %s\n", c.name, text)
			passed = false
		}
	}()
	c.run(t)
	fmt.Printf("ok %s\n", c.name)
	return true
}

// dsn is the URL with further settings; lib/pq insists on TLS unless told otherwise.
func (t *trial) dsn(settings ...string) string {
	changed := *t.url
	query := changed.Query()
	if !query.Has("sslmode") {
		query.Set("sslmode", "disable")
	}
	for i := 0; i < len(settings); i += 2 {
		switch settings[i] {
		case "password":
			changed.User = url.UserPassword(changed.User.Username(), settings[i+1])
		case "dbname":
			changed.Path = "/" + settings[i+1]
		default:
			query.Set(settings[i], settings[i+1])
		}
	}
	changed.RawQuery = query.Encode()
	return changed.String()
}

// open gives a database/sql pool; must gives one connection of it, which stays the same.
func (t *trial) open(settings ...string) *sql.DB {
	db, err := sql.Open("postgres", t.dsn(settings...))
	must(err)
	return db
}

func (t *trial) connect(db *sql.DB) *sql.Conn {
	conn, err := db.Conn(context.Background())
	must(err)
	return conn
}

func (t *trial) table(name string) string {
	return t.schema + "." + name
}

func (t *trial) sawBackend(conn *sql.Conn, pid int) {
	if t.backends[conn] == nil {
		t.backends[conn] = map[int]bool{}
	}
	t.backends[conn][pid] = true
}

// crowd is other clients that begin and end transactions, so that a pool deals its servers anew.
type crowd struct {
	t     *trial
	db    *sql.DB
	conns []*sql.Conn
	open  map[*sql.Conn]*sql.Tx
}

func (t *trial) crowd() *crowd {
	c := &crowd{t: t, db: t.open(), open: map[*sql.Conn]*sql.Tx{}}
	for i := 0; i < 3; i++ {
		c.conns = append(c.conns, t.connect(c.db))
	}
	return c
}

func (c *crowd) shift() {
	conn := c.conns[c.t.random.Intn(len(c.conns))]
	if tx := c.open[conn]; tx != nil {
		delete(c.open, conn)
		must(tx.Commit())
		return
	}
	// Anything but ReadOnly makes lib/pq say READ WRITE, which no standby accepts.
	options := &sql.TxOptions{ReadOnly: c.t.mode == "replica"}
	tx, err := conn.BeginTx(context.Background(), options)
	must(err)
	c.open[conn] = tx
	same(queryInt(tx, "select $1::int", 1), 1, "crowd")
}

func (c *crowd) close() {
	for _, tx := range c.open {
		must(tx.Rollback())
	}
	for _, conn := range c.conns {
		must(conn.Close())
	}
	must(c.db.Close())
}

type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

func queryInt(on querier, query string, args ...any) int {
	var value int
	must(on.QueryRowContext(context.Background(), query, args...).Scan(&value))
	return value
}

func queryText(on querier, query string, args ...any) string {
	var value string
	must(on.QueryRowContext(context.Background(), query, args...).Scan(&value))
	return value
}

func exec(on querier, query string, args ...any) {
	_, err := on.ExecContext(context.Background(), query, args...)
	must(err)
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func same[T comparable](actual, expected T, what string) {
	if actual != expected {
		panic(fmt.Sprintf("%s: expected %v, got %v", what, expected, actual))
	}
}

// raises wants exactly this SQLSTATE.
func raises(sqlstate string, err error, what string) {
	if err == nil {
		panic(fmt.Sprintf("%s: expected SQLSTATE %s, got no error", what, sqlstate))
	}
	if problem, ok := err.(*pq.Error); !ok || string(problem.Code) != sqlstate {
		panic(fmt.Sprintf("%s: expected SQLSTATE %s, got %T %v", what, sqlstate, err, err))
	}
}
