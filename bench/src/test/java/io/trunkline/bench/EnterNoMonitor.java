package io.trunkline.bench;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.MonitorInstruction;

/// No method is synchronized, and none has a synchronized block. The latter leaves no trace in what
/// ArchUnit knows of a class, so its byte code is read.
final class EnterNoMonitor extends ArchCondition<JavaClass> {
  private final Allowances allowances;

  EnterNoMonitor(Allowances allowances) {
    super("enter no monitor");
    this.allowances = allowances;
  }

  @Override
  public void check(JavaClass type, ConditionEvents events) {
    type.getMethods().stream()
        .filter(method -> method.getModifiers().contains(JavaModifier.SYNCHRONIZED))
        .forEach(method -> violated(type, method.getName(), events));
    for (MethodModel method : model(type).methods()) {
      method
          .code()
          .filter(code -> code.elementStream().anyMatch(MonitorInstruction.class::isInstance))
          .ifPresent(code -> violated(type, method.methodName().stringValue(), events));
    }
  }

  private void violated(JavaClass type, String method, ConditionEvents events) {
    String name = type.getFullName() + "." + method;
    if (!allowances.allow(name)) {
      events.add(SimpleConditionEvent.violated(type, name + " enters a monitor"));
    }
  }

  private static ClassModel model(JavaClass type) {
    try (InputStream in = type.getSource().orElseThrow().getUri().toURL().openStream()) {
      return ClassFile.of().parse(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
