package dev.flint.agent.pod;

import dev.flint.oci.error.FlintException;
import java.util.ArrayList;
import java.util.List;

/**
 * In whose name a pod speaks to others.
 *
 * @param serviceAccount its account at the API server
 * @param pullSecrets names of the Secrets with the credentials that its images are pulled with
 */
public record PodAccess(String serviceAccount, List<String> pullSecrets) {
  private static final String DEFAULT = "default";

  /** Copies the list. */
  public PodAccess {
    pullSecrets = List.copyOf(pullSecrets);
  }

  static PodAccess parse(Fields spec, PodOrigin origin) throws FlintException {
    String account = spec.text("serviceAccountName", "");
    account = account.isEmpty() ? DEFAULT : account;
    if (origin == PodOrigin.FILE) {
      if (!account.equals(DEFAULT)) {
        throw spec.bad("serviceAccountName", "not supported: there is no API server here");
      }
      spec.ignored("imagePullSecrets");
      return new PodAccess(account, List.of());
    }
    if (!DnsName.isSubdomain(account)) {
      throw spec.bad("serviceAccountName", DnsName.SUBDOMAIN_RULE);
    }
    List<String> secrets = new ArrayList<>();
    for (Fields reference : spec.list("imagePullSecrets")) {
      // The server takes references without a name, which mean nothing.
      if (!reference.text("name", "").isEmpty()) {
        secrets.add(EnvParser.objectName(reference, "name"));
      }
      reference.end();
    }
    return new PodAccess(account, secrets);
  }
}
