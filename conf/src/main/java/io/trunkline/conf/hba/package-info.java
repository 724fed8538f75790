/// Who may come in, and how they prove who they are: files written like PostgreSQL's `pg_hba.conf`
/// and `pg_ident.conf`, read and checked, and the question which of their lines decides. Nothing
/// here asks anybody: what lies outside the files is behind [io.trunkline.conf.hba.Outside].
@NullMarked
package io.trunkline.conf.hba;

import org.jspecify.annotations.NullMarked;
