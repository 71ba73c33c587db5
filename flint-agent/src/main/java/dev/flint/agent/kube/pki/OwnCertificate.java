package dev.flint.agent.kube.pki;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.pem.Pem;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import javax.net.ssl.KeyManager;

/**
 * A server's certificate that vouches for itself, made once and kept with its key in a folder for
 * its owner alone, as a kubelet has until it is given another. It is made anew a month before its
 * end, or if the node has another name or address.
 */
public final class OwnCertificate {
  private static final String FILE = "kubelet-server-current.pem";
  private static final Duration LIFE = Duration.ofDays(3650);
  private static final Duration REST = Duration.ofDays(30);

  /** Of clients whose clock is behind. */
  private static final Duration BEFORE = Duration.ofDays(1);

  private static final int SERIAL_BITS = 127;

  // RFC 5280, GeneralName.
  private static final int DNS = 2;
  private static final int ADDRESS = 7;

  private final KeyFile kept;

  /** The names as a certificate's are told, and as they are written. */
  private final TreeMap<String, byte[]> names = new TreeMap<>();

  /**
   * For a node.
   *
   * @param folder for its owner alone, made if it is not there
   * @param names host names, as DNS has them
   * @param addresses IP addresses of the node
   */
  public OwnCertificate(Path folder, Collection<String> names, Collection<String> addresses)
      throws IOException {
    this.kept = new KeyFile(folder.resolve(FILE));
    for (String name : names) {
      this.names.put(
          told(DNS, name), Der.element(Der.NUMBERED | DNS, name.getBytes(StandardCharsets.UTF_8)));
    }
    for (String text : addresses) {
      // Told in one form: of an address in IPv6 there are many.
      InetAddress address = InetAddress.getByName(text);
      this.names.put(
          told(ADDRESS, address.getHostAddress()),
          Der.element(Der.NUMBERED | ADDRESS, address.getAddress()));
    }
  }

  /** Where it is kept, as PEM with its key. */
  public Path file() {
    return kept.file();
  }

  private static String told(Object kind, Object name) {
    return kind + " " + name;
  }

  /**
   * Has it, made now if there is none that is good.
   *
   * @throws FlintException LOCAL_IO if none can be made or kept
   */
  public KeyManager[] get(Instant now) throws IOException {
    Optional<KeyFile.Kept> own = kept.find();
    return own.isPresent() && isGood(own.get().certificate(), now)
        ? own.get().identity()
        : make(now);
  }

  private boolean isGood(X509Certificate own, Instant now) {
    try {
      return own.getNotAfter().toInstant().isAfter(now.plus(REST))
          && own.getNotBefore().toInstant().isBefore(now)
          && names(own).equals(names.keySet());
    } catch (GeneralSecurityException e) {
      // Damaged; another one is as good.
      return false;
    }
  }

  private static Set<String> names(X509Certificate certificate) throws GeneralSecurityException {
    Set<String> names = new HashSet<>();
    Collection<List<?>> all = certificate.getSubjectAlternativeNames();
    for (List<?> name : all == null ? List.<List<?>>of() : all) {
      names.add(told(name.get(0), name.get(1)));
    }
    return names;
  }

  private KeyManager[] make(Instant now) throws IOException {
    NodeKey key = NodeKey.make();
    byte[] certificate =
        key.certificate(
            new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(0),
            "flint-agent",
            List.copyOf(names.values()),
            now.minus(BEFORE),
            now.plus(LIFE));
    return kept.keep(key, new Pem(certificate, "the new certificate"));
  }
}
