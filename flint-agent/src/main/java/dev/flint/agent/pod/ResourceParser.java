package dev.flint.agent.pod;

import dev.flint.agent.instance.Resources;
import dev.flint.oci.error.FlintException;
import java.util.Optional;

/** Reads {@code resources}: limits, and requests, which are no limits. */
final class ResourceParser {
  private record Amounts(long milliCpus, long memory) {}

  private ResourceParser() {}

  static Resources parse(Fields container) throws FlintException {
    Optional<Fields> fields = container.object("resources");
    if (fields.isEmpty()) {
      return Resources.UNSAID;
    }
    Amounts limits = amounts(fields.get(), "limits");
    Amounts requests = amounts(fields.get(), "requests");
    fields.get().unsupported("claims");
    fields.get().end();
    check(fields.get(), "cpu", limits.milliCpus, requests.milliCpus);
    check(fields.get(), "memory", limits.memory, requests.memory);
    return new Resources(
        (int) limits.milliCpus, limits.memory, (int) requests.milliCpus, requests.memory);
  }

  private static void check(Fields fields, String name, long limit, long request)
      throws FlintException {
    if (limit > 0 && request > limit) {
      throw fields.bad("requests." + name, "must not be more than the limit");
    }
  }

  private static Amounts amounts(Fields resources, String member) throws FlintException {
    Optional<Fields> fields = resources.object(member);
    if (fields.isEmpty()) {
      return new Amounts(0, 0);
    }
    long cpu = amount(fields.get(), "cpu", true);
    long memory = amount(fields.get(), "memory", false);
    if (cpu > Integer.MAX_VALUE) {
      throw fields.get().bad("cpu", "too many");
    }
    fields.get().seenToByCluster("ephemeral-storage");
    Optional<String> other = fields.get().unknown();
    if (other.isPresent()) {
      throw fields.get().bad(other.get(), "there is no such resource on this device");
    }
    return new Amounts(cpu, memory);
  }

  private static long amount(Fields fields, String name, boolean milli) throws FlintException {
    String text = fields.scalar(name);
    if (text.isEmpty()) {
      return 0;
    }
    try {
      return milli ? Quantity.milli(text) : Quantity.units(text);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw fields.bad(name, "must be a quantity such as 500m, 0.5, 64Mi or 1G");
    }
  }
}
