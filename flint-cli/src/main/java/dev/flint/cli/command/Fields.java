package dev.flint.cli.command;

import java.lang.reflect.Field;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.IGetter;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Ties the models that the build wrote to the fields of a command. */
final class Fields {
  private final Access access;

  Fields(Access access) {
    this.access = access;
  }

  /**
   * Reads and writes fields by number. Reflection would do, but from JDK 22 on its first uses make
   * classes that no start-up archive holds: 30 ms.
   */
  interface Access {
    /** What is in a field of an object. */
    @Nullable Object get(Object owner, int number);

    /** Fills a field of an object. */
    void set(Object owner, int number, @Nullable Object value);
  }

  /** Has an option read and fill a field; what is in it stays where nothing is given. */
  OptionSpec.Builder bind(OptionSpec.Builder option, Object owner, String name, int number) {
    Bound bound = new Bound(access, owner, number, field(owner, name));
    return option.getter(bound).setter(bound).initialValue(bound.get()).userObject(bound.field());
  }

  /** The same for an operand. */
  PositionalParamSpec.Builder bind(
      PositionalParamSpec.Builder operand, Object owner, String name, int number) {
    Bound bound = new Bound(access, owner, number, field(owner, name));
    return operand.getter(bound).setter(bound).initialValue(bound.get());
  }

  private static Field field(Object owner, String name) {
    try {
      return owner.getClass().getDeclaredField(name);
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException("the build wrote down another class", e);
    }
  }

  private record Bound(Access access, Object owner, int number, Field field)
      implements IGetter, ISetter {
    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // So picocli has it.
    public <T> @Nullable T get() {
      return (T) access.get(owner, number);
    }

    @Override
    public <T> @Nullable T set(@Nullable T value) {
      T before = get();
      access.set(owner, number, value);
      return before;
    }
  }
}
