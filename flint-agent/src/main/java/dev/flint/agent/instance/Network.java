package dev.flint.agent.instance;

/** How an instance is connected. */
public sealed interface Network {
  /** Not at all. */
  record None() implements Network {}

  /** User networking: out by the host's address, in by forwarded ports. The default of guests. */
  record User() implements Network {}

  /** The host's own network. The default of containers, impossible for guests. */
  record Host() implements Network {}

  /**
   * A tap device that exists.
   *
   * @param device its name
   * @param address what the guest is told
   */
  record Tap(String device, GuestAddress address) implements Network {}

  /**
   * A bridge that exists, by a tap device that is made for each run.
   *
   * @param device its name
   * @param address what the guest is told
   */
  record Bridge(String device, GuestAddress address) implements Network {}

  /**
   * A network of CNI.
   *
   * @param name its name in the CNI configuration; empty for the first that is configured
   */
  record Cni(String name) implements Network {}

  /**
   * That of a container that runs.
   *
   * @param instance the container
   */
  record Joined(InstanceId instance) implements Network {}

  /** Whatever the backend does if nothing is said. */
  record Usual() implements Network {}
}
