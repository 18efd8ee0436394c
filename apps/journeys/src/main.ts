import { runService } from '@alongside/service';
import { journeys } from '@alongside/system';

runService(journeys);
