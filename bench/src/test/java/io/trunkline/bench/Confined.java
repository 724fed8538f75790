package io.trunkline.bench;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.trunkline.protocol.EventLoopConfined;

/// Who belongs to one event loop: a class marked so, what extends it, and what is nested in it but
/// values (enums, records) and interfaces.
final class Confined {

  static final DescribedPredicate<JavaClass> CLASSES =
      DescribedPredicate.describe("belong to one event loop", Confined::is);

  static final DescribedPredicate<JavaClass> FREE_CLASSES =
      DescribedPredicate.describe("belong to no event loop", type -> !is(type));

  static final ArchCondition<JavaClass> BE_CONFINED =
      new ArchCondition<>("belong to one event loop") {
        @Override
        public void check(JavaClass type, ConditionEvents events) {
          if (!is(type)) {
            events.add(SimpleConditionEvent.violated(type, type.getFullName() + " is not marked"));
          }
        }
      };

  private Confined() {}

  static ArchCondition<JavaField> notBeInvolved(Allowances allowances) {
    return new ArchCondition<>("hold nothing that belongs to one event loop") {
      @Override
      public void check(JavaField field, ConditionEvents events) {
        boolean holds =
            field.getType().getAllInvolvedRawTypes().stream()
                .map(JavaClass::getBaseComponentType)
                .anyMatch(Confined::is);
        if (holds && !allowances.allow(field.getFullName())) {
          events.add(
              SimpleConditionEvent.violated(
                  field, field.getFullName() + " holds what belongs to one event loop"));
        }
      }
    };
  }

  static boolean is(JavaClass type) {
    return type.isAnnotatedWith(EventLoopConfined.class)
        || (!type.isEnum() && !type.isRecord() && !type.isInterface() && inherits(type));
  }

  private static boolean inherits(JavaClass type) {
    return type.getEnclosingClass().map(Confined::is).orElse(false)
        || type.getRawSuperclass().map(Confined::is).orElse(false);
  }
}
