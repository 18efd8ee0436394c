import { assessmentContext } from '@alongside/assessment';
import { runService } from '@alongside/service';

runService(assessmentContext);
