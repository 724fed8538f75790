package io.trunkline.settings;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Documents one component of a `…Settings` record: the one place where a setting's meaning,
/// default and unit are written down. The configuration reader and `docs/config.md` both come from
/// it.
///
/// The key in the file is the component's name in snake case (`poolSize` is `pool_size`).
@Documented
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Setting {

  /// What the setting does, in a sentence or two, for an operator.
  String value();

  /// The default, written as it would be in the file (`30s`, `16MiB`, `true`, `[a, b]`); the empty
  /// string means: absent (an empty list or map, null for a nullable component), unless
  /// [#required()].
  String byDefault() default "";

  /// Whether the file must give this setting.
  boolean required() default false;

  /// The smallest value allowed, written as in the file; the empty string means: no bound but the
  /// type's own. Numbers, durations and sizes are never negative.
  String atLeast() default "";

  /// The largest value allowed, written as in the file; the empty string means: no bound.
  String atMost() default "";

  /// A word that may stand where the name of a file is expected, and is not one; the empty string
  /// means: none. Names of files are made absolute, this word is not.
  String noFile() default "";

  /// Whether a plain value where the record is expected stands for the record with this setting
  /// alone: `- 10.0.0.1` for `- { address: 10.0.0.1 }`. At most one in a record.
  boolean shorthand() default false;
}
