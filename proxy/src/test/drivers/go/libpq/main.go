// lib/pq under database/sql: the unnamed statement for a query with arguments, statements named
// "1", "2", ... on every connection alike for Prepare, text format unless told otherwise.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/lib/pq"
)

var background = context.Background()

// The version of the library; the build sets it, for lib/pq does not know its own.
var driverVersion = "of unknown version"

func main() {
	t := newTrial(os.Args)
	fmt.Printf("driver lib/pq %s\n", driverVersion)
	if t.mode != "replica" {
		db := t.open()
		exec(db, "create schema "+t.schema)
		exec(db, "create table "+t.table("items")+" (id int primary key, name text)")
		defer db.Close()
		defer exec(db, "drop schema "+t.schema+" cascade")
	}
	t.run([]check{
		{"parameters_and_types", reads, parametersAndTypes},
		{"binary_parameters", reads, binaryParameters},
		{"prepared_statements_reused", reads, preparedStatementsReused},
		{"prepared_statements_interleaved", reads, preparedStatementsInterleaved},
		{"transactions", writes, transactions},
		{"savepoints", writes, savepoints},
		{"errors_leave_the_connection_usable", reads, errorsLeaveTheConnectionUsable},
		{"copy_in", writes, copyIn},
		{"large_result", reads, largeResult},
		{"cursors", reads, cursors},
		{"listener", writes, listener},
		{"settings_are_each_clients_own", reads, settingsAreEachClientsOwn},
		{"temporary_tables", writes, temporaryTables},
		{"advisory_locks", reads, advisoryLocks},
		{"cancelled_context", reads, cancelledContext},
		{"changed_result_type", writes, changedResultType},
		{"pool_of_goroutines", reads, poolOfGoroutines},
		{"discard_all", reads, discardAll},
		{"reconnects", reads, reconnects},
		{"refused_logins", reads, refusedLogins},
		{"is_a_standby", replicaOnly, isAStandby},
	})
}

func parametersAndTypes(t *trial) {
	db := t.open()
	defer db.Close()
	when := time.Date(2024, 2, 29, 12, 34, 56, 789000, time.UTC)
	var (
		number  int64
		text    string
		moment  time.Time
		array   []sql.NullInt64
		strs    []string
		bytes   []byte
		nothing sql.NullString
		doc     string
	)
	must(db.QueryRow("select $1::bigint, $2::text, $3::timestamptz, $4::int[], $5::text[],"+
		" $6::bytea, $7::text, $8::jsonb", int64(1)<<40, "O'Reilly \\", when,
		pq.Array([]sql.NullInt64{{Int64: 1, Valid: true}, {}}), pq.Array([]string{`a"b`, "c,d"}),
		[]byte{0, 255}, nil, `{"a": "ü"}`).Scan(&number, &text, &moment, pq.Array(&array),
		pq.Array(&strs), &bytes, &nothing, &doc))
	same(number, int64(1)<<40, "bigint")
	same(text, "O'Reilly \\", "text")
	same(moment.UTC(), when, "timestamptz")
	same(len(array) == 2 && array[0].Int64 == 1 && !array[1].Valid, true, "int[]")
	same(strings.Join(strs, "|"), `a"b|c,d`, "text[]")
	same(string(bytes), "\x00\xff", "bytea")
	same(nothing.Valid, false, "null")
	same(doc, `{"a": "ü"}`, "jsonb")
}

func binaryParameters(t *trial) {
	db := t.open("binary_parameters", "yes")
	defer db.Close()
	crowd := t.crowd()
	defer crowd.close()
	for i := 0; i < 50; i++ {
		crowd.shift()
		same(queryInt(db, "select $1::int + $2::int", i, 1), i+1, "sum")
	}
}

func preparedStatementsReused(t *trial) {
	db := t.open()
	defer db.Close()
	conn := t.connect(db)
	defer conn.Close()
	crowd := t.crowd()
	defer crowd.close()
	statement, err := conn.PrepareContext(background, "select $1::int + 1, pg_backend_pid()")
	must(err)
	for i := 0; i < 300; i++ {
		crowd.shift()
		var value, pid int
		must(statement.QueryRow(i).Scan(&value, &pid))
		same(value, i+1, "prepared sum")
		t.sawBackend(conn, pid)
	}
	must(statement.Close())
}

func preparedStatementsInterleaved(t *trial) {
	db := t.open()
	defer db.Close()
	crowd := t.crowd()
	defer crowd.close()
	var statements []*sql.Stmt
	for n := 0; n < 4; n++ {
		conn := t.connect(db)
		defer conn.Close()
		statement, err := conn.PrepareContext(background, "select $1::int * "+strconv.Itoa(n))
		must(err)
		statements = append(statements, statement)
	}
	for i := 0; i < 60; i++ {
		crowd.shift()
		for n, statement := range statements {
			var value int
			must(statement.QueryRow(i).Scan(&value))
			same(value, i*n, "statements of one name")
		}
	}
}

func transactions(t *trial) {
	db := t.open()
	defer db.Close()
	tx, err := db.BeginTx(background, &sql.TxOptions{Isolation: sql.LevelSerializable})
	must(err)
	exec(tx, "insert into "+t.table("items")+" values ($1, $2)", 1, "a")
	same(queryInt(db, "select count(*) from "+t.table("items")), 0, "uncommitted row seen")
	same(queryText(tx, "show transaction_isolation"), "serializable", "isolation")
	must(tx.Rollback())
	tx, err = db.Begin()
	must(err)
	statement, err := tx.Prepare("insert into " + t.table("items") + " values ($1, $2)")
	must(err)
	for i := 0; i < 100; i++ {
		_, err := statement.Exec(i, "n"+strconv.Itoa(i))
		must(err)
	}
	must(tx.Commit())
	same(queryInt(db, "select count(*) from "+t.table("items")), 100, "committed rows")
	tx, err = db.BeginTx(background, &sql.TxOptions{ReadOnly: true})
	must(err)
	_, err = tx.Exec("delete from " + t.table("items"))
	raises("25006", err, "write in a read only transaction")
	must(tx.Rollback())
}

func savepoints(t *trial) {
	db := t.open()
	defer db.Close()
	tx, err := db.Begin()
	must(err)
	exec(tx, "insert into "+t.table("items")+" values ($1, $2)", 1000, "kept")
	exec(tx, "savepoint s")
	_, err = tx.Exec("insert into "+t.table("items")+" values ($1, $2)", 1000, "twice")
	raises("23505", err, "duplicate key")
	exec(tx, "rollback to savepoint s")
	must(tx.Commit())
	same(queryText(db, "select name from "+t.table("items")+" where id = $1", 1000), "kept", "row")
}

func errorsLeaveTheConnectionUsable(t *trial) {
	db := t.open()
	defer db.Close()
	conn := t.connect(db)
	defer conn.Close()
	for i := 0; i < 20; i++ {
		_, err := conn.ExecContext(background, "selec $1", 1)
		raises("42601", err, "syntax error")
		var value int
		err = conn.QueryRowContext(background, "select 1 / $1::int", 0).Scan(&value)
		raises("22012", err, "division by zero")
		_, err = conn.ExecContext(background, "select 1; select 1/0; select 2")
		raises("22012", err, "error in a script")
		same(queryInt(conn, "select $1::int", i), i, "after the errors")
	}
}

func copyIn(t *trial) {
	db := t.open()
	defer db.Close()
	exec(db, "create table "+t.table("copied")+" (id int, name text)")
	copyRows := func(id func(i int) any) error {
		tx, err := db.Begin()
		must(err)
		statement, err := tx.Prepare(pq.CopyInSchema(t.schema, "copied", "id", "name"))
		must(err)
		for i := 0; i < 20000 && err == nil; i++ {
			_, err = statement.Exec(id(i), "row")
		}
		if err == nil {
			_, err = statement.Exec()
		}
		// Only Close waits for the goroutine that reads the answers; a rollback before it would race.
		closeErr := statement.Close()
		if err != nil {
			must(tx.Rollback())
			return err
		}
		must(closeErr)
		return tx.Commit()
	}
	must(copyRows(func(i int) any { return i }))
	raises("22P02", copyRows(func(i int) any { return "no number" }), "bad row in COPY")
	same(queryInt(db, "select count(*) from "+t.table("copied")), 20000, "rows")
}

func largeResult(t *trial) {
	db := t.open()
	defer db.Close()
	rows, err := db.Query("select i, repeat('x', 200) from generate_series(1, $1::int) i", 50000)
	must(err)
	sum := 0
	for rows.Next() {
		var i int
		var text string
		must(rows.Scan(&i, &text))
		sum += i
	}
	must(rows.Close())
	same(sum, 50000*50001/2, "sum of the rows")
	same(len(queryText(db, "select repeat($1, 30000000)", "y")), 30000000, "one value")
}

func cursors(t *trial) {
	db := t.open()
	defer db.Close()
	crowd := t.crowd()
	defer crowd.close()
	conn := t.connect(db)
	defer conn.Close()
	exec(conn, "begin")
	exec(conn, "declare c cursor with hold for select i from generate_series(1, 500) i")
	exec(conn, "commit")
	sum := 0
	for i := 0; i < 10; i++ {
		crowd.shift()
		rows, err := conn.QueryContext(background, "fetch 50 from c")
		must(err)
		for rows.Next() {
			var value int
			must(rows.Scan(&value))
			sum += value
		}
		must(rows.Close())
	}
	exec(conn, "close c")
	same(sum, 125250, "sum of the rows")
}

func listener(t *trial) {
	db := t.open()
	defer db.Close()
	crowd := t.crowd()
	defer crowd.close()
	l := pq.NewListener(t.dsn(), time.Second, time.Minute, nil)
	defer l.Close()
	must(l.Listen(t.schema))
	for i := 0; i < 5; i++ {
		crowd.shift()
		exec(db, "select pg_notify($1, $2)", t.schema, strconv.Itoa(i))
	}
	for i := 0; i < 5; i++ {
		select {
		case n := <-l.Notify:
			same(n.Extra, strconv.Itoa(i), "notification")
		case <-time.After(10 * time.Second):
			panic("no notification")
		}
	}
	must(l.Ping())
	must(l.Unlisten(t.schema))
}

func settingsAreEachClientsOwn(t *trial) {
	a := t.open("application_name", "a", "statement_timeout", "91000", "search_path", "a")
	defer a.Close()
	b := t.open("application_name", "b", "statement_timeout", "92000", "search_path", "b")
	defer b.Close()
	a.SetMaxOpenConns(1)
	b.SetMaxOpenConns(1)
	exec(a, "set time zone 'Etc/GMT-1'")
	exec(b, "set time zone 'Etc/GMT-2'")
	crowd := t.crowd()
	defer crowd.close()
	for i := 0; i < 40; i++ {
		crowd.shift()
		for _, client := range []struct {
			db                  *sql.DB
			name, timeout, zone string
		}{{b, "b", "92s", "Etc/GMT-2"}, {a, "a", "91s", "Etc/GMT-1"}} {
			same(queryText(client.db, "show application_name"), client.name, "application_name")
			same(queryText(client.db, "show statement_timeout"), client.timeout, "timeout")
			same(queryText(client.db, "show search_path"), client.name, "search_path")
			same(queryText(client.db, "show timezone"), client.zone, "timezone")
		}
	}
}

func temporaryTables(t *trial) {
	db := t.open()
	defer db.Close()
	crowd := t.crowd()
	defer crowd.close()
	a, b := t.connect(db), t.connect(db)
	defer a.Close()
	defer b.Close()
	exec(a, "create temp table scratch as select 1 as v")
	exec(b, "create temp table scratch as select 2 as v")
	for i := 0; i < 20; i++ {
		crowd.shift()
		same(queryInt(a, "select v from scratch"), 1, "first client's table")
		same(queryInt(b, "select v from scratch"), 2, "second client's table")
	}
}

func advisoryLocks(t *trial) {
	db := t.open()
	defer db.Close()
	crowd := t.crowd()
	defer crowd.close()
	a, b := t.connect(db), t.connect(db)
	defer a.Close()
	defer b.Close()
	key := time.Now().UnixNano()
	exec(a, "select pg_advisory_lock($1)", key)
	for i := 0; i < 10; i++ {
		crowd.shift()
		same(queryText(b, "select pg_try_advisory_lock($1)::text", key), "false", "held by another")
	}
	same(queryText(a, "select pg_advisory_unlock($1)::text", key), "true", "unlock by its owner")
}

func cancelledContext(t *trial) {
	db := t.open()
	defer db.Close()
	other := t.connect(db)
	defer other.Close()
	for i := 0; i < 3; i++ {
		limited, cancel := context.WithTimeout(background, 500*time.Millisecond)
		_, err := db.ExecContext(limited, "select pg_sleep(30)")
		cancel()
		raises("57014", err, "cancelled query")
		same(queryInt(db, "select $1::int", i), i, "after the cancel")
		same(queryInt(other, "select $1::int", i), i, "another client")
	}
}

func changedResultType(t *trial) {
	db := t.open()
	defer db.Close()
	conn := t.connect(db)
	defer conn.Close()
	exec(db, "create table "+t.table("changing")+" as select 1 as a")
	statement, err := conn.PrepareContext(background, "select * from "+t.table("changing"))
	must(err)
	var value int
	must(statement.QueryRow().Scan(&value))
	exec(db, "alter table "+t.table("changing")+" alter a type bigint")
	if err := statement.QueryRow().Scan(&value); err == nil {
		fmt.Println("note cached-plan healed")
	} else {
		raises("0A000", err, "cached plan must not change result type")
		fmt.Println("note cached-plan 0A000")
	}
	must(statement.Close())
	same(queryInt(conn, "select * from "+t.table("changing")), 1, "prepared anew")
}

func poolOfGoroutines(t *trial) {
	db := t.open()
	defer db.Close()
	db.SetMaxOpenConns(6)
	statement, err := db.Prepare("select $1::int + 1")
	must(err)
	problems := make(chan error, 300)
	var group sync.WaitGroup
	for i := 0; i < 300; i++ {
		group.Add(1)
		go func(i int) {
			defer group.Done()
			var value int
			if err := statement.QueryRow(i).Scan(&value); err != nil {
				problems <- err
			} else if value != i+1 {
				problems <- fmt.Errorf("expected %d, got %d", i+1, value)
			}
		}(i)
	}
	group.Wait()
	close(problems)
	must(<-problems)
}

func discardAll(t *trial) {
	db := t.open()
	defer db.Close()
	conn := t.connect(db)
	defer conn.Close()
	crowd := t.crowd()
	defer crowd.close()
	timeout := queryText(conn, "show statement_timeout")
	exec(conn, "set statement_timeout = '91s'")
	exec(conn, "discard all")
	for i := 0; i < 10; i++ {
		crowd.shift()
		same(queryText(conn, "show statement_timeout"), timeout, "after DISCARD ALL")
	}
}

func reconnects(t *trial) {
	for i := 0; i < 40; i++ {
		db := t.open()
		same(queryInt(db, "select $1::int", i), i, "value")
		must(db.Close())
	}
}

func refusedLogins(t *trial) {
	for sqlstate, change := range map[string][]string{
		"28P01": {"password", "wrong"}, "3D000": {"dbname", "no_such_database"}} {
		db := t.open(change...)
		raises(sqlstate, db.Ping(), "login")
		must(db.Close())
	}
}

func isAStandby(t *trial) {
	db := t.open()
	defer db.Close()
	same(queryText(db, "select pg_is_in_recovery()::text"), "true", "in recovery")
	_, err := db.Exec("create table never (id int)")
	raises("25006", err, "write on a standby")
}
