package dev.flint.agent.kube.node;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;

/** Says each kind of trouble once, and when it is over. Confined to one thread. */
final class Troubles {
  private final Set<Kind> now = EnumSet.noneOf(Kind.class);
  private final Consumer<String> warnings;

  /** What may go wrong. */
  enum Kind {
    /** What is to be told of this device is not known, or what of it is to be told. */
    LOOK("the device cannot be looked at", "the device is looked at again"),
    /** The Node is not known to be there. */
    REGISTRATION("the Node is not registered", "the Node is registered"),
    /** Some of its labels may not be set. */
    LABELS("some labels of the Node are left out", "the Node has all its labels"),
    /** Its taint may not be changed. */
    TAINT(
        "the taint of the Node is not as it should be", "the taint of the Node is as it should be"),
    /** It may not be uncordoned. */
    CORDON("the Node is left cordoned", "the Node is not cordoned by its agent"),
    /** The cluster may come to believe that this device is gone. */
    LEASE("the lease of the Node is not renewed", "the lease of the Node is renewed again"),
    /** What the cluster knows of this device may be old. */
    STATUS("the status of the Node is not told", "the status of the Node is told again");

    private final String begin;
    private final String end;

    Kind(String begin, String end) {
      this.begin = begin;
      this.end = end;
    }
  }

  Troubles(Consumer<String> warnings) {
    this.warnings = warnings;
  }

  /** It went wrong. */
  void begin(Kind kind, String why) {
    if (now.add(kind)) {
      warnings.accept(kind.begin + ": " + why);
    }
  }

  /** It went well. */
  void end(Kind kind) {
    if (now.remove(kind)) {
      warnings.accept(kind.end);
    }
  }
}
