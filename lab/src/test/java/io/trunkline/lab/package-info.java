/// A whole stack in containers: three nodes with etcd, Patroni and PostgreSQL, two with Trunkline
/// and keepalived, and clients here that count what every fault costs them.
@NullMarked
package io.trunkline.lab;

import org.jspecify.annotations.NullMarked;
