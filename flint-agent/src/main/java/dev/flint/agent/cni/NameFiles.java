package dev.flint.agent.cni;

import dev.flint.agent.instance.Mount;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files by which a container finds names. They are mounted before its address is known and are
 * changed in place.
 *
 * @param resolver for /etc/resolv.conf
 * @param hosts for /etc/hosts
 */
public record NameFiles(Path resolver, Path hosts) {
  /** Where systemd keeps the servers that its own server on loopback asks. */
  private static final List<Path> RESOLVERS =
      List.of(Path.of("/run/systemd/resolve/resolv.conf"), Path.of("/etc/resolv.conf"));

  private static final String LOCAL = "127.0.0.1 localhost\n::1 localhost ip6-localhost\n";

  /** Those of a run. */
  static NameFiles of(Path run) {
    return new NameFiles(run.resolve("resolv.conf"), run.resolve("hosts"));
  }

  /** Mounts with those of a run below whatever else is asked for. */
  public static List<Mount> mounts(Path run, List<Mount> others) {
    NameFiles files = of(run);
    List<Mount> all = new ArrayList<>();
    all.add(new Mount(files.resolver, "/etc/resolv.conf", true, Mount.Kind.COPY));
    all.add(new Mount(files.hosts, "/etc/hosts", true, Mount.Kind.COPY));
    all.addAll(others);
    return all;
  }

  /** Makes them. */
  void make() throws IOException {
    StringBuilder text = new StringBuilder();
    for (Path host : RESOLVERS) {
      if (text.length() == 0 && Files.isReadable(host)) {
        for (String line : Files.readAllLines(host, StandardCharsets.ISO_8859_1)) {
          // The host's loopback is not the container's.
          if (!line.startsWith("nameserver 127.") && !line.startsWith("nameserver ::1")) {
            text.append(line).append('\n');
          }
        }
      }
    }
    Files.writeString(resolver, text, StandardCharsets.ISO_8859_1);
    Files.writeString(hosts, LOCAL, StandardCharsets.US_ASCII);
  }

  /**
   * Adds what plugins found out.
   *
   * @param name of the container itself
   */
  void complete(String name, String address, JsonObject result) throws IOException {
    if (!address.isEmpty()) {
      Files.writeString(hosts, LOCAL + address + " " + name + "\n", StandardCharsets.US_ASCII);
    }
    JsonObject dns = result.object("dns").orElse(JsonObject.empty());
    StringBuilder text = new StringBuilder();
    for (String server : dns.strings("nameservers")) {
      text.append("nameserver ").append(word(dns, server)).append('\n');
    }
    if (text.length() > 0) {
      String search = "";
      for (String domain : dns.strings("search")) {
        search += " " + word(dns, domain);
      }
      text.append(search.isEmpty() ? "" : "search" + search + "\n");
      Files.writeString(resolver, text, StandardCharsets.US_ASCII);
    }
  }

  private static String word(JsonObject dns, String text) throws FlintException {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ' || text.charAt(i) > '~') {
        throw dns.wrong("nameservers", "addresses, or search one of names");
      }
    }
    return text;
  }

  void remove() throws IOException {
    Files.deleteIfExists(resolver);
    Files.deleteIfExists(hosts);
  }
}
