package io.trunkline.proxy.crosstalk;

import io.trunkline.proxy.rig.Postgres;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The database the guests meet in.
///
/// Each tenant has a role, and a schema with a table `who` that says whose it is and a table
/// `shape` whose columns no other tenant has; `public` has both too.
final class House {
  static final int TENANTS = 6;

  private House() {}

  static void build() throws IOException {
    List<String> sql = new ArrayList<>();
    sql.add("DROP TABLE IF EXISTS public.who, public.shape, public.ledger, public.parcels");
    sql.add("CREATE TABLE public.ledger (tag text, verdict text)");
    sql.add("CREATE TABLE public.parcels (tag text, n int)");
    sql.add("GRANT ALL ON public.ledger, public.parcels TO PUBLIC");
    furnish(sql, "public", -1);
    for (int tenant = 0; tenant < TENANTS; tenant++) {
      String name = "tenant_" + tenant;
      sql.add("DROP SCHEMA IF EXISTS " + name + " CASCADE");
      sql.add("CREATE SCHEMA " + name);
      sql.add("GRANT USAGE ON SCHEMA " + name + " TO PUBLIC");
      sql.add("DROP ROLE IF EXISTS " + name);
      sql.add("CREATE ROLE " + name);
      sql.add("GRANT " + name + " TO app");
      furnish(sql, name, tenant);
    }
    Postgres.shared().run(sql.toArray(String[]::new));
  }

  private static void furnish(List<String> sql, String schema, int tenant) {
    sql.add("CREATE TABLE %s.who AS SELECT '%s'::text AS name".formatted(schema, schema));
    StringBuilder shape = new StringBuilder("'%s'::text AS name".formatted(schema));
    for (int i = 0; i <= tenant; i++) {
      shape.append(", %d AS c%d".formatted(i, i));
    }
    sql.add("CREATE TABLE %s.shape AS SELECT %s".formatted(schema, shape));
    sql.add("GRANT SELECT ON %s.who, %s.shape TO PUBLIC".formatted(schema, schema));
  }

  /// How many columns `shape` has in this schema.
  static int columns(String schema) {
    return schema.startsWith("tenant_")
        ? 2 + Integer.parseInt(schema.substring("tenant_".length()))
        : 1;
  }
}
