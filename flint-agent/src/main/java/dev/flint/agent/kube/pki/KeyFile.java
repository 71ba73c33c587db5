package dev.flint.agent.kube.pki;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.pem.Pem;
import dev.flint.oci.pem.PemIdentity;
import dev.flint.oci.store.AtomicFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.KeyManager;

/**
 * A certificate and its key in one file, for its owner alone: whenever the agent is killed, they
 * belong together.
 *
 * @param file PEM, as those that a kubelet has
 */
record KeyFile(Path file) {
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_READS =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final Set<PosixFilePermission> OWNER_ENTERS =
      PosixFilePermissions.fromString("rwx------");

  /**
   * What is in it.
   *
   * @param identity shows the certificate
   */
  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody, changed by nobody.
  record Kept(X509Certificate certificate, KeyManager[] identity) {}

  /** Nothing if there is no certificate that can be used with its key. */
  Optional<Kept> find() {
    try {
      Pem both = Pem.of(file);
      return Optional.of(new Kept(both.certificates().get(0), PemIdentity.read(both, both)));
    } catch (IOException e) {
      // None yet, or damaged; another one is as good.
      return Optional.empty();
    }
  }

  /**
   * Keeps a new one in the place of the other; returns what shows it.
   *
   * @throws FlintException LOCAL_IO if certificate and key do not belong together
   */
  KeyManager[] keep(NodeKey key, Pem chain) throws IOException {
    KeyManager[] identity = PemIdentity.read(chain, new Pem(key.pem(), "the new key"));
    Path folder = file.resolveSibling("");
    Files.createDirectories(folder);
    Files.setPosixFilePermissions(folder, OWNER_ENTERS);
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(chain.bytes());
    both.write('\n');
    both.writeBytes(key.pem());
    write(file, both.toByteArray());
    return identity;
  }

  /** Writes a file for its owner alone; after any crash it is the old or the new one. */
  static void write(Path target, byte[] bytes) throws IOException {
    Path aside = target.resolveSibling(target.getFileName() + ".new");
    Files.deleteIfExists(aside);
    Files.createFile(aside, OWNER_READS);
    AtomicFile.write(target, bytes, aside);
  }
}
