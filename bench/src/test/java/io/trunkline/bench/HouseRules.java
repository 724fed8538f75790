package io.trunkline.bench;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.netty.channel.ChannelHandler;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Lock;

/// What may know what, what may block and what belongs to one thread, for a house whose packages
/// lie under one root.
final class HouseRules {
  private static final String LOG = "org.slf4j..";
  private static final String NETTY = "io.netty..";
  private static final String HIKARI = "com.zaxxer.hikari..";
  private static final String PGJDBC = "org.postgresql..";
  private static final String JETCD = "io.etcd.jetcd..";

  /// A client of etcd is given its TLS in Netty's terms.
  private static final String NETTY_TLS = "io.netty.handler.ssl..";

  private static final String LDAP = "com.unboundid..";
  private static final String JOSE = "com.nimbusds..";

  private static final String CAFFEINE = "com.github.benmanes.caffeine..";

  private final String root;
  private final Allowances allowances;

  HouseRules(String root, Allowances allowances) {
    this.root = root;
    this.allowances = allowances;
  }

  Map<String, ArchRule> all() {
    Map<String, ArchRule> rules = new LinkedHashMap<>(modules());
    rules.put("LDAP and tokens only where the gate is", gateKeepsItsTools());
    rules.put("JDBC only in health", jdbcOffTheRoad());
    rules.put("jetcd only in health.etcd", etcdInItsPlace());
    rules.put("no package knows itself through others", noCycles());
    rules.put("the road calls nothing that blocks", roadCallsNothingThatBlocks());
    rules.put("the road knows no socket and no file", roadKnowsNoSocket());
    rules.put("the road is not synchronized", roadIsNotSynchronized());
    rules.put("the road is given its time and its randomness", roadIsGivenItsTime());
    rules.put("the confined share nothing", confinedShareNothing());
    rules.put("nothing confined is static", nothingConfinedIsStatic());
    rules.put("only the confined hold the confined", onlyConfinedHoldConfined());
    rules.put("channel handlers are confined", handlersAreConfined());
    return rules;
  }

  // ---- modules

  private Map<String, ArchRule> modules() {
    Map<String, ArchRule> rules = new LinkedHashMap<>();
    rules.put("settings knows the JDK alone", module("settings", List.of()));
    rules.put(
        "protocol",
        module(
            "protocol",
            List.of("settings"),
            NETTY,
            LOG,
            "com.ongres.saslprep..",
            "com.ongres.stringprep.."));
    rules.put("routing knows no network", module("routing", List.of("settings")));
    rules.put(
        "pool", module("pool", List.of("settings", "protocol", "routing"), NETTY, LOG, CAFFEINE));
    rules.put(
        "health",
        module(
            "health",
            List.of("settings", "protocol", "routing"),
            LOG,
            HIKARI,
            PGJDBC,
            JETCD,
            NETTY_TLS));
    rules.put("conf", module("conf", belowConf(), "org.snakeyaml.engine.."));
    rules.put(
        "embedded stands aside",
        module(
            "embedded",
            List.of("settings"),
            LOG,
            "com.sun.security..",
            "org.apache.commons.compress..",
            "org.tukaani.xz.."));
    rules.put(
        "proxy",
        module(
            "proxy",
            belowProxy(),
            NETTY,
            LOG,
            CAFFEINE,
            "ch.qos.logback..",
            "com.sun.net.httpserver..",
            "jdk.net..",
            "io.micrometer..",
            "io.prometheus..",
            LDAP,
            JOSE));
    return rules;
  }

  private ArchRule module(String module, List<String> modules, String... libraries) {
    List<String> allowed = new ArrayList<>(List.of("java..", "javax..", "org.jspecify.."));
    allowed.add(under(module));
    modules.forEach(other -> allowed.add(under(other)));
    allowed.addAll(List.of(libraries));
    return classes()
        .that()
        .resideInAPackage(under(module))
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(allowed.toArray(String[]::new))
        .allowEmptyShould(true);
  }

  private String under(String packageName) {
    return root + "." + packageName + "..";
  }

  private static List<String> belowConf() {
    return List.of("settings", "protocol", "routing", "pool", "health");
  }

  private static List<String> belowProxy() {
    return List.of("settings", "protocol", "routing", "pool", "health", "conf");
  }

  private ArchRule jdbcOffTheRoad() {
    return noClasses()
        .that()
        .resideInAPackage(root + "..")
        .and()
        .resideOutsideOfPackages(under("health"), under("embedded"), under("bench"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.sql..", "javax.sql..", HIKARI, PGJDBC)
        .allowEmptyShould(true);
  }

  private ArchRule gateKeepsItsTools() {
    return noClasses()
        .that()
        .resideInAPackage(root + "..")
        .and()
        .resideOutsideOfPackage(under("proxy.access"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(LDAP, JOSE)
        .allowEmptyShould(true);
  }

  private ArchRule etcdInItsPlace() {
    return noClasses()
        .that()
        .resideInAPackage(root + "..")
        .and()
        .resideOutsideOfPackage(under("health.etcd"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.etcd..", "io.grpc..", "io.vertx..")
        .allowEmptyShould(true);
  }

  private ArchRule noCycles() {
    return slices().matching(root + ".(**)").should().beFreeOfCycles().allowEmptyShould(true);
  }

  // ---- the road: what runs on event loops for every message

  private String[] road() {
    return new String[] {under("pool"), under("proxy.session"), under("proxy.login")};
  }

  private ArchRule roadCallsNothingThatBlocks() {
    return classes()
        .that()
        .resideInAnyPackage(road())
        .should(callNoneOf(waits()))
        .allowEmptyShould(true);
  }

  private ArchCondition<JavaClass> callNoneOf(DescribedPredicate<JavaCall<?>> calls) {
    return new ArchCondition<>("call nothing that waits") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        type.getMethodCallsFromSelf().stream()
            .filter(calls)
            .filter(call -> !allowances.allow(type.getFullName()))
            .forEach(
                call -> events.add(SimpleConditionEvent.violated(call, call.getDescription())));
      }
    };
  }

  private static DescribedPredicate<JavaCall<?>> waits() {
    DescribedPredicate<JavaCall<?>> sleeps =
        on(Thread.class, "sleep", "join").or(on(Object.class, "wait"));
    DescribedPredicate<JavaCall<?>> awaits =
        on(Future.class, "get", "join", "resultNow")
            .or(on(java.util.concurrent.CompletableFuture.class, "join"))
            .or(on(java.util.concurrent.CountDownLatch.class, "await"))
            .or(on(java.util.concurrent.Semaphore.class, "acquire", "acquireUninterruptibly"))
            .or(on(java.util.concurrent.BlockingQueue.class, "take", "put"))
            .or(on(java.util.concurrent.ExecutorService.class, "invokeAll", "awaitTermination"))
            .or(
                on(
                    io.netty.util.concurrent.Future.class,
                    "sync",
                    "syncUninterruptibly",
                    "await",
                    "awaitUninterruptibly"));
    DescribedPredicate<JavaCall<?>> locks =
        on(Lock.class, "lock", "lockInterruptibly")
            .or(on(java.util.concurrent.locks.LockSupport.class, "park", "parkNanos"));
    DescribedPredicate<JavaCall<?>> resolves =
        on(java.net.InetAddress.class, "getByName", "getAllByName", "getLocalHost");
    return sleeps.or(awaits).or(locks).or(resolves);
  }

  private static DescribedPredicate<JavaCall<?>> on(Class<?> type, String... methods) {
    List<String> names = List.of(methods);
    DescribedPredicate<JavaCall<?>> named =
        target(DescribedPredicate.describe("", method -> names.contains(method.getName())));
    return target(owner(JavaClass.Predicates.assignableTo(type)))
        .and(named)
        .as(type.getSimpleName() + " " + names);
  }

  private ArchRule roadKnowsNoSocket() {
    return noClasses()
        .that()
        .resideInAnyPackage(road())
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.net\\.(Server|Datagram)?Socket|java\\.nio\\.file\\..*|java\\.io\\.File.*"
                + "|java\\.util\\.concurrent\\.(CountDownLatch|CyclicBarrier|Semaphore|Phaser)")
        .allowEmptyShould(true);
  }

  private ArchRule roadIsNotSynchronized() {
    return classes()
        .that()
        .resideInAnyPackage(road())
        .should(new EnterNoMonitor(allowances))
        .allowEmptyShould(true);
  }

  private ArchRule roadIsGivenItsTime() {
    return noClasses()
        .that()
        .resideInAnyPackage(road())
        .or()
        .resideInAPackage(under("routing"))
        .should()
        .callMethodWhere(
            on(System.class, "nanoTime", "currentTimeMillis")
                .or(on(java.time.Instant.class, "now"))
                .or(on(Math.class, "random"))
                .or(on(java.util.concurrent.ThreadLocalRandom.class, "current")))
        .allowEmptyShould(true);
  }

  // ---- what belongs to one event loop

  private ArchRule confinedShareNothing() {
    return fields()
        .that()
        .areDeclaredInClassesThat(Confined.CLASSES)
        .and()
        .areNotStatic()
        .should()
        .notHaveModifier(JavaModifier.VOLATILE)
        .andShould()
        .notHaveRawType(forThreads())
        .allowEmptyShould(true);
  }

  private static DescribedPredicate<JavaClass> forThreads() {
    return DescribedPredicate.describe(
        "made for several threads",
        type ->
            type.getPackageName().startsWith("java.util.concurrent.atomic")
                || type.getPackageName().startsWith("java.util.concurrent.locks")
                || type.getSimpleName().startsWith("Concurrent"));
  }

  private ArchRule nothingConfinedIsStatic() {
    return fields()
        .that()
        .areDeclaredInClassesThat()
        .resideInAPackage(root + "..")
        .and()
        .areStatic()
        .should(Confined.notBeInvolved(allowances))
        .allowEmptyShould(true);
  }

  /// A benchmark is its own loop.
  private ArchRule onlyConfinedHoldConfined() {
    return fields()
        .that()
        .areDeclaredInClassesThat()
        .resideInAPackage(root + "..")
        .and()
        .areDeclaredInClassesThat()
        .resideOutsideOfPackage(under("bench"))
        .and()
        .areDeclaredInClassesThat(Confined.FREE_CLASSES)
        .should(Confined.notBeInvolved(allowances))
        .allowEmptyShould(true);
  }

  private ArchRule handlersAreConfined() {
    return classes()
        .that()
        .areAssignableTo(ChannelHandler.class)
        .and()
        .areNotAnnotatedWith(ChannelHandler.Sharable.class)
        .and()
        .areNotAssignableTo(io.netty.channel.ChannelInitializer.class)
        .and()
        .resideInAPackage(root + "..")
        .should(Confined.BE_CONFINED)
        .allowEmptyShould(true);
  }
}
