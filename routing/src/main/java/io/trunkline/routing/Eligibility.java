package io.trunkline.routing;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which members a listener may send its clients to. Every question is answered with the objection
/// in words, empty when there is none, so that a client that waits can be told what for.
///
/// @param maxLagBytes how many bytes a standby's replay may be behind; 0 is no limit
/// @param maxLag how old a standby's data may be; zero is no limit
/// @param tags labels a member must carry, each with this value; empty asks for none
public record Eligibility(long maxLagBytes, Duration maxLag, Map<String, String> tags) {

  /// Patroni's word for a member that must get no balanced reads.
  static final String NO_LOAD_BALANCE = "noloadbalance";

  public Eligibility {
    tags = Map.copyOf(tags);
    if (maxLagBytes < 0 || maxLag.isNegative()) {
      throw new IllegalArgumentException("negative lag limit: " + maxLagBytes + ", " + maxLag);
    }
  }

  /// By these settings.
  public static Eligibility of(RoutingSettings settings, Map<String, String> tags) {
    return new Eligibility(settings.maxLagBytes().bytes(), settings.maxLag(), tags);
  }

  /// Every standby that is alive.
  public static Eligibility anyStandby() {
    return new Eligibility(0, Duration.ZERO, Map.of());
  }

  /// Why this member is no place for reads from standbys; empty when it is one.
  String objectionToStandby(Member member) {
    if (member.alive() && member.role() == Role.PRIMARY) {
      return member.reason().isEmpty() ? "is a primary" : member.reason();
    }
    if (member.alive() && member.role() == Role.UNKNOWN && member.reason().isEmpty()) {
      return "has no known role";
    }
    String objection = objectionToAny(member);
    return objection.isEmpty() ? objectionToLag(member) : objection;
  }

  /// Why this member is no place for a client that takes any; empty when it is one. A primary must
  /// be the leader: one that is not may be the old one, still taking writes. One that is not asked
  /// for its role, but lives, will do.
  String objectionToAny(Member member, @Nullable Member leader) {
    String objection = objectionToAny(member);
    return objection.isEmpty() && member.role() == Role.PRIMARY && !member.equals(leader)
        ? "is a primary but not the leader"
        : objection;
  }

  private String objectionToAny(Member member) {
    if (!member.alive()) {
      return member.reason().isEmpty() ? "does not answer" : member.reason();
    }
    if (!member.reason().isEmpty()) {
      return member.reason();
    }
    return objectionToTags(member);
  }

  private String objectionToTags(Member member) {
    if ("true".equalsIgnoreCase(member.tags().get(NO_LOAD_BALANCE))) {
      return "is tagged " + NO_LOAD_BALANCE;
    }
    for (Map.Entry<String, String> wanted : tags.entrySet()) {
      if (!wanted.getValue().equals(member.tags().get(wanted.getKey()))) {
        return "lacks the tag " + wanted.getKey() + "=" + wanted.getValue();
      }
    }
    return "";
  }

  private String objectionToLag(Member member) {
    if (maxLagBytes > 0 && member.lagBytes() > maxLagBytes) {
      return "is " + member.lagBytes() + " bytes behind (limit " + maxLagBytes + ")";
    }
    if (maxLag.isPositive() && member.lag().compareTo(maxLag) > 0) {
      return "is " + member.lag().toMillis() + " ms behind (limit " + maxLag.toMillis() + ")";
    }
    return "";
  }
}
