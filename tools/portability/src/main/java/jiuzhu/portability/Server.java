package jiuzhu.portability;

import org.operaton.bpm.engine.rest.security.auth.ProcessEngineAuthenticationFilter;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;

/** Operaton as anybody would run it; the one addition is that its REST door asks who is calling (Basic). */
@SpringBootApplication
public class Server {

  public static void main(String[] arguments) {
    SpringApplication.run(Server.class, arguments);
  }

  /** People must be known to the engine: the record says who completed a form. */
  @Bean
  FilterRegistrationBean<ProcessEngineAuthenticationFilter> whoIsCalling() {
    var filter = new FilterRegistrationBean<>(new ProcessEngineAuthenticationFilter());
    filter.addInitParameter("authentication-provider",
        "org.operaton.bpm.engine.rest.security.auth.impl.HttpBasicAuthenticationProvider");
    filter.addUrlPatterns("/engine-rest/*");
    return filter;
  }
}
