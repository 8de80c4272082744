package jiuzhu.clients;

import java.util.List;
import java.util.Objects;

/** An object that travels as JSON: the client writes and reads it by the name of this class. */
public class Household {

  private String name;
  private List<Integer> ages;

  public Household() {}

  public Household(String name, List<Integer> ages) {
    this.name = name;
    this.ages = ages;
  }

  public String getName() {
    return name;
  }

  public void setName(String name) {
    this.name = name;
  }

  public List<Integer> getAges() {
    return ages;
  }

  public void setAges(List<Integer> ages) {
    this.ages = ages;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Household one && Objects.equals(name, one.name) && Objects.equals(ages, one.ages);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, ages);
  }
}
