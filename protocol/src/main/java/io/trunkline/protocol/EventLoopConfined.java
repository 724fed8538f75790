package io.trunkline.protocol;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Marks a class whose instances belong to one event loop: it has no volatile, atomic or lock, and
/// only that loop's thread may touch it. ArchUnit checks the fields; its writers assert the thread.
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface EventLoopConfined {}
