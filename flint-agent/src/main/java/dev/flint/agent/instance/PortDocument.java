package dev.flint.agent.instance;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Forwarded ports in the documents of an instance: its wish, and plans that are kept. */
public final class PortDocument {
  private static final String NAME = "ports";

  private PortDocument() {}

  /** A document with these ports as its member {@code ports}. */
  public static JsonObject put(JsonObject document, List<PortForward> ports) {
    List<JsonObject> all = new ArrayList<>();
    for (PortForward port : ports) {
      all.add(
          JsonObject.empty()
              .with("hostAddress", port.hostAddress())
              .with("hostPort", port.hostPort())
              .with("port", port.guestPort())
              .with("protocol", port.protocol().name()));
    }
    return document.withObjects(NAME, all);
  }

  /**
   * The ports of a document.
   *
   * @throws FlintException PROTOCOL if it does not say them as {@link #put} does
   */
  public static List<PortForward> read(JsonObject document) throws FlintException {
    List<PortForward> ports = new ArrayList<>();
    for (JsonObject port : document.objects(NAME)) {
      try {
        ports.add(
            new PortForward(
                port.requiredString("hostAddress"),
                Math.toIntExact(port.integer("hostPort").orElse(0)),
                Math.toIntExact(port.integer("port").orElse(0)),
                PortForward.Protocol.valueOf(port.requiredString("protocol"))));
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw document.wrong(NAME, "a list of ports: " + e.getMessage());
      }
    }
    return ports;
  }
}
