package dev.flint.cli.command;

import java.lang.reflect.Field;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.IGetter;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Ties the models that the build wrote to the fields of a command. */
final class Fields {
  private Fields() {}

  /** A value that a command starts with. */
  static Object get(Object owner, String name) {
    Object value = new Bound(owner, field(owner, name)).get();
    if (value == null) {
      throw new IllegalStateException(field(owner, name) + " is null");
    }
    return value;
  }

  static void set(Object owner, String name, Object value) {
    new Bound(owner, field(owner, name)).set(value);
  }

  /** Has an option read and fill a field; what is in it stays where nothing is given. */
  static OptionSpec.Builder bind(OptionSpec.Builder option, Object owner, String name) {
    Bound bound = new Bound(owner, field(owner, name));
    return option.getter(bound).setter(bound).initialValue(bound.get()).userObject(bound.field());
  }

  /** The same for an operand. */
  static PositionalParamSpec.Builder bind(
      PositionalParamSpec.Builder operand, Object owner, String name) {
    Bound bound = new Bound(owner, field(owner, name));
    return operand.getter(bound).setter(bound).initialValue(bound.get());
  }

  private static Field field(Object owner, String name) {
    try {
      Field field = owner.getClass().getDeclaredField(name);
      field.setAccessible(true);
      return field;
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException("the build wrote down another class", e);
    }
  }

  private record Bound(Object owner, Field field) implements IGetter, ISetter {
    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // So picocli has it.
    public <T> @Nullable T get() {
      try {
        return (T) field.get(owner);
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public <T> @Nullable T set(@Nullable T value) {
      T before = get();
      try {
        field.set(owner, value);
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(e);
      }
      return before;
    }
  }
}
